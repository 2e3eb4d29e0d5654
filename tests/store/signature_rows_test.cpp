#include <gmock/gmock.h>

#include "tests/store/desk.h"

// What a project keeps of the look of its videos' frames.
namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Store::SignaturePtr random_signature(Random& random, std::int64_t frames) {
    auto signature = std::make_shared<VideoSignature>();
    for (std::int64_t n = 0; n < frames; ++n) {
        signature->hashes.push_back(static_cast<std::uint64_t>(random.number(INT64_MIN / 2, INT64_MAX / 2)));
        FrameSignature frame;
        for (std::uint8_t& level : frame.luma) level = static_cast<std::uint8_t>(random.number(0, 255));
        signature->frames.push_back(frame);
    }
    return signature;
}

class SignatureRows : public ::testing::Test {
protected:
    void SetUp() override {
        Random random(test_seed());
        all_ = random_annotations(random);
        ASSERT_GE(all_.media.size(), 2U);
        first_ = all_.media.begin()->first;
        signature_ = random_signature(random, all_.media.at(first_)->frames);
    }
    Store::SignaturePtr read(MediaId media) const {
        const auto found = Store::read_signature(path(), media);
        EXPECT_TRUE(found.has_value()) << why(found);
        return found ? *found : nullptr;
    }
    std::filesystem::path path() const { return folder_ / "a.inbetween"; }

    TemporaryFolder folder_;
    Annotations all_;
    MediaId first_{};
    Store::SignaturePtr signature_;
};

TEST_F(SignatureRows, AreReadAsTheyWereMade) {
    IB_ASSERT_OK(Store::create(path(), all_, {{first_, signature_}}));
    const auto found = read(first_);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(*found, *signature_);
    EXPECT_EQ(read(std::next(all_.media.begin())->first), nullptr);
    EXPECT_EQ(read(MediaId{999}), nullptr);
    const auto opened = Store::open(path(), StoreMode::ReadOnly);
    IB_ASSERT_OK(opened);
    EXPECT_THAT(opened->signed_media, ElementsAre(first_));
    expect_sound(path());
}

TEST_F(SignatureRows, AreWrittenToAnOpenProjectWithoutAnUndoStep) {
    Desk desk(path());
    desk.create(all_);
    desk.store().write_signature(first_, signature_);
    IB_ASSERT_OK(desk.store().flush());
    EXPECT_EQ(*read(first_), *signature_);
    Random random(test_seed() + 1);
    const auto other = random_signature(random, signature_->size());
    desk.store().write_signature(first_, other);
    desk.reopen();
    EXPECT_TRUE(desk.history().entries().empty());
    EXPECT_EQ(*read(first_), *other);
    EXPECT_THAT(query(path(), "SELECT count(*) FROM frame_signature"),
                ElementsAre(std::to_string((other->size() + 63) / 64)));
    expect_same(desk.annotations(), all_);
}

TEST_F(SignatureRows, LeaveTheUndoHistoryWhereItStands) {
    Random random(test_seed() + 2);
    Desk desk(path());
    desk.create(all_);
    while (desk.history().done() < 3) desk.do_something(random);
    ASSERT_TRUE(desk.undo());
    const Annotations before = desk.annotations();
    const std::size_t done = desk.history().done();
    desk.store().write_signature(first_, signature_);
    desk.reopen();
    EXPECT_EQ(desk.history().done(), done);
    expect_same(desk.annotations(), before);
    EXPECT_TRUE(desk.redo());
    EXPECT_TRUE(desk.undo());
    EXPECT_TRUE(desk.undo());
    expect_sound(path());
}

TEST_F(SignatureRows, StayWhenTheVideoIsFoundElsewhereAndGoWhenItIsAnother) {
    Desk desk(path());
    desk.create(all_);
    desk.store().write_signature(first_, signature_);
    const auto edit_media = [&](auto change) {
        Annotations after = desk.annotations();
        Media media = *after.media.at(first_);
        change(media);
        after.media[first_] = std::make_shared<const Media>(media);
        desk.commit(difference("Relink", desk.annotations(), after));
        EXPECT_TRUE(desk.store().flush().has_value());
    };
    edit_media([](Media& media) { media.path = "elsewhere/" + media.path; });
    EXPECT_NE(read(first_), nullptr);
    edit_media([](Media& media) { media.fingerprint += "0"; });
    EXPECT_EQ(read(first_), nullptr);
    EXPECT_THAT(query(path(), "SELECT count(*) FROM frame_signature"), ElementsAre("0"));
    expect_sound(path());
}

TEST_F(SignatureRows, ThatAreDamagedAreNotBelievedAndToldOf) {
    IB_ASSERT_OK(Store::create(path(), all_, {{first_, signature_}}));
    const std::string sound = file_text(path());
    for (const char* sql : {"UPDATE frame_signature SET luma = zeroblob(length(luma))",
                            "UPDATE frame_signature SET hash = CAST(substr(hash, 9) || substr(hash, 1, 8) AS BLOB)",
                            "UPDATE frame_signature SET hash = x'00'", "UPDATE frame_signature SET luma = x''",
                            "UPDATE frame_signature SET segment = segment + 100"}) {
        SCOPED_TRACE(sql);
        write_text(path(), sound);
        tamper(path(), sql);
        EXPECT_EQ(read(first_), nullptr);
        const auto complaints = Store::verify(path());
        IB_ASSERT_OK(complaints);
        EXPECT_THAT(::testing::PrintToString(*complaints), HasSubstr("signatures of video"));
        // What is derived keeps nobody from working.
        IB_EXPECT_OK(Store::open(path(), StoreMode::ReadWrite));
    }
}

TEST_F(SignatureRows, OfNotAllFramesAreNone) {
    IB_ASSERT_OK(Store::create(path(), all_, {{first_, signature_}}));
    tamper(path(), "DELETE FROM frame_signature WHERE segment = (SELECT max(segment) FROM frame_signature)");
    EXPECT_EQ(read(first_), nullptr);
}

}  // namespace
}  // namespace inbetween::test
