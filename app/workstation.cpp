#include "app/workstation.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/gl/screen.h"
#include "app/project.h"
#include "app/ui/shell.h"
#include "app/ui/start_screen.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// What panels asked for may lead to another wish; more than a few in a row would be a circle.
constexpr int most_passes = 4;

}  // namespace

Workstation::Workstation(Platform& platform, Options options)
    : platform_(platform),
      options_(std::move(options)),
      keymap_(Keymap::workstation()),
      imgui_(platform, {
                           .text_focus = [this] { return text_focus(); },
                           .on_command_key = [this](Key key, int modifiers, std::span<const Key> held,
                                                    KeyAction action) { return run_key(key, modifiers, held, action); },
                           .on_text = {},
                           .on_drop =
                               [this](const std::vector<fs::path>& files) {
                                   if (!files.empty() && !import_soon(files.front())) open_soon(files.front());
                               },
                       }) {
    last_frame_at_ = seconds();
}

Workstation::~Workstation() {
    if (session_ != nullptr) {
        // A problem has been on the status bar for as long as it lasted.
        if (auto flushed = session_->flush(); !flushed) session_->say(Message::Kind::Error, flushed.error().message);
    }
}

Result<std::unique_ptr<Workstation>> Workstation::create(Platform& platform, Options options) {
    if (auto gl = check_gl(); !gl) return gl.error();
    auto picture = FrameView::create(options.path.value_or(FrameView::best_path()));
    if (!picture) return picture.error();
    std::unique_ptr<Workstation> workstation(new Workstation(platform, std::move(options)));
    workstation->picture_ = std::move(*picture);
    if (workstation->options_.remembers_files) workstation->state_.start.recent = load_recent_files();
    return workstation;
}

Result<Done> Workstation::open(const fs::path& file) {
    auto project = options_.find_project(file, {});
    if (!project) return project.error();
    return open_project(*project, file);
}

Result<Done> Workstation::open_project(const fs::path& project, const fs::path& stated) {
    Session::Options options;
    options.cache_bytes = options_.cache_bytes;
    options.disk_cache = options_.disk_cache;
    options.wake = [platform = &platform_] { platform->wake(); };
    options.clock = options_.clock;
    options.sound = options_.sound;
    options.hardware = options_.hardware;
    if (options_.remembers_files) options.settings = settings_file();
    auto session = Session::open(project, options);
    if (!session) return session.error();
    session_ = std::move(*session);
    const std::vector<fs::path> recent = state_.start.recent;
    state_ = UiState{};
    noted_ = nullptr;
    noted_messages_ = 0;
    auto picture = FrameView::create(options_.path.value_or(FrameView::best_path()));
    if (!picture) return picture.error();
    picture_ = std::move(*picture);
    state_.start.recent = recent;
    if (options_.remembers_files) {
        // A list of recent files that cannot be written costs no more than the list.
        if (remember_file(stated)) state_.start.recent = load_recent_files();
    }
    redraw();
    return Done{};
}

double Workstation::seconds() const {
    if (options_.clock) return options_.clock();
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool Workstation::is_on_start_screen() const {
    return session_ == nullptr || state_.wants == UiState::Wants::StartScreen || state_.start.opening.has_value();
}

bool Workstation::import_soon(const fs::path& file) {
    std::error_code error;
    if (is_on_start_screen() || !fs::is_regular_file(file, error) || !format_to_read("auto", {file})) return false;
    state_.importing = {};
    state_.importing.open = state_.importing.looks_soon = true;
    state_.importing.path = file.string();
    redraw();
    return true;
}

TextFocus Workstation::text_focus() const {
    if (!is_on_start_screen() && (session_->view.palette_open || session_->view.goto_open)) {
        const bool here = active_field_.starts_with("Palette/") || active_field_.starts_with("GoTo/");
        return here ? TextFocus::Here : TextFocus::Coming;
    }
    return active_field_.empty() ? TextFocus::None : TextFocus::Here;
}

bool Workstation::close_what_is_open() {
    if (imgui_.is_popup_open()) {
        imgui_.close_popups();
        return true;
    }
    if (state_.exporting.open && !state_.exporting.writing.valid()) {
        state_.exporting = {};
        return true;
    }
    if (state_.importing.open && !state_.importing.reading.valid()) {
        state_.importing = {};
        return true;
    }
    if (session_->view.keys_open) {
        session_->view.keys_open = false;
        return true;
    }
    if (session_->view.adjust_open) {
        session_->view.adjust_open = false;
        return true;
    }
    if (session_->view.drag) {
        session_->view.drag.reset();
        state_.gesture = {};
        return true;
    }
    return false;
}

bool Workstation::run_key(Key key, int modifiers, std::span<const Key> held, KeyAction action) {
    constexpr Key escape = 256;
    if (is_on_start_screen()) return false;
    if (key == escape && modifiers == 0 && close_what_is_open()) return true;
    const std::vector<Context> contexts = active_contexts(*session_);
    const Command* command = nullptr;
    for (const Key other : held) {
        command = keymap_.find(contexts, Chord{key, modifiers, other});
        if (command != nullptr) break;
    }
    if (command == nullptr) command = keymap_.find(contexts, Chord{key, modifiers, 0});
    if (command == nullptr) return false;
    if (action == KeyAction::Press || command->repeats) run_command(*session_, command->id);
    return true;
}

void Workstation::note_texts() {
    if (session_ == nullptr) return;
    const Annotations& annotations = session_->annotations();
    if (noted_ != &annotations) {
        noted_ = &annotations;
        for (const auto& [id, media] : annotations.media) imgui_.note(media->path);
        for (const auto& [id, label] : annotations.labels) {
            imgui_.note(label.name);
            for (const Attribute& attribute : label.attributes) {
                imgui_.note(attribute.name);
                for (const std::string& value : attribute.values) imgui_.note(value);
            }
        }
        for (const auto& [id, track] : annotations.tracks) {
            for (const auto& [attribute, value] : track->attributes) imgui_.note(value);
            for (const AttributeRange& range : track->attribute_ranges) imgui_.note(range.value);
        }
        for (const HistoryEntry& entry : session_->history().entries()) imgui_.note(entry.name);
    }
    if (noted_messages_ != session_->messages().size()) {
        noted_messages_ = session_->messages().size();
        for (const Message& message : session_->messages()) imgui_.note(message.text);
    }
}

void Workstation::update_fonts() {
    if (imgui_.set_scale(static_cast<float>(platform_.content_scale()))) {
        state_.side_width = 0;
        state_.timeline_height = 0;
    }
    note_texts();
    for (const fs::path& recent : state_.start.recent) imgui_.note(recent.string());
    imgui_.note(state_.start.path);
    imgui_.note(state_.start.problem);
    imgui_.note(state_.start.folder.string());
    if (state_.start.opening) imgui_.note(state_.start.opening->video.string());
    imgui_.update_fonts();
}

void Workstation::update_title() {
    if (session_ == nullptr) return platform_.set_title("Inbetween");
    const Media* media = session_->media();
    const std::string name = media != nullptr ? media->name() : session_->project().filename().string();
    platform_.set_title(name + " – Inbetween");
}

void Workstation::show_picture() {
    if (session_ == nullptr) return;
    const ShownFrame shown = session_->shown_frame();
    if (shown.picture == nullptr) return;
    const Viewport& viewport = session_->view.viewport;
    // A proxy stands as large as the frame it is of.
    const VideoInfo* video = session_->video();
    const Size upright = video != nullptr ? video->upright_size() : shown.picture->upright_size();
    const Size wanted{static_cast<int>(std::ceil(upright.width * viewport.scale * viewport.pixel_aspect)),
                      static_cast<int>(std::ceil(upright.height * viewport.scale))};
    if (auto done = picture_->show(shown.picture, wanted, session_->view.adjustment);
        !done && done.error().message != picture_problem_) {
        picture_problem_ = done.error().message;
        session_->say(Message::Kind::Error, picture_problem_);
    }
    // At such scale one wants to see the pixels.
    constexpr double pixels_to_be_seen = 6;
    picture_->set_magnify(viewport.scale >= pixels_to_be_seen ? Texture::Magnify::Squares : Texture::Magnify::Blend);
}

void Workstation::build_panels() {
    const UiFrame frame{imgui_.theme(), state_, items_, cursor_, wake_after_, active_field_};
    if (is_on_start_screen()) {
        if (draw_start_screen(frame, session_ != nullptr)) {
            state_.wants = UiState::Wants::Nothing;
            state_.start.was_open = false;
            redraw();
        }
        return;
    }
    draw_shell(Ui{{frame}, *session_, keymap_, *picture_, thumbnails_, quad_images_, asks_});
}

void Workstation::build() {
    ++frames_built_;
    items_.clear();
    asks_.clear();
    cursor_ = Cursor::Arrow;
    wake_after_ = infinity;
    active_field_.clear();
    show_picture();
    thumbnails_.begin_frame();
    const double now = seconds();
    imgui_.begin_frame(platform_.size(), now - std::exchange(last_frame_at_, now));
    build_panels();
    imgui_.end_frame();
}

bool Workstation::run_asks() {
    if (asks_.empty() || session_ == nullptr) return false;
    const std::vector<Ask> asks = std::exchange(asks_, {});
    for (const Ask& ask : asks) ask(*session_);
    settle_frames_ = std::max(settle_frames_, frames_to_settle);
    return true;
}

void Workstation::open_chosen() {
    if (opening_ != nullptr) take_in_project();
    if (!state_.start.chosen) return;
    redraw();
    // Two at a time could make the same project; the next begins when this one has ended.
    if (opening_ != nullptr) return opening_->cancel();
    state_.start.problem.clear();
    opening_ = std::make_unique<ProjectOpening>(
        *std::exchange(state_.start.chosen, std::nullopt), [platform = &platform_] { platform->wake(); },
        options_.find_project);
}

void Workstation::take_in_project() {
    if (std::exchange(state_.start.cancels_opening, false)) opening_->cancel();
    state_.start.opening = opening_->progress();
    const auto found = opening_->take();
    if (!found) return;
    redraw();
    const fs::path stated = opening_->file();
    opening_.reset();
    state_.start.opening.reset();
    const Result<Done> opened = *found ? open_project(**found, stated) : found->error();
    if (opened || opened.error().kind == ErrorKind::Cancelled) return;
    state_.start.problem = opened.error().message;
    if (!is_on_start_screen()) session_->say(Message::Kind::Error, opened.error().message);
}

void Workstation::draw() {
    const Size size = platform_.size();
    if (size.width < 1 || size.height < 1) return;
    update_fonts();
    update_title();
    for (int pass = 0; pass < most_passes; ++pass) {
        build();
        if (!run_asks()) break;
        update_fonts();
    }
    platform_.set_cursor(cursor_);
    if (settle_frames_ > 0) --settle_frames_;
    if (!imgui_.has_changed({picture_->generation(), thumbnails_.generation(), quad_images_.generation()})) return;
    ++frames_drawn_;
    imgui_.render();
    platform_.swap();
}

double Workstation::wait_seconds() const {
    if (more_input_ || settle_frames_ > 0) return 0;
    return std::min(next_pump_, wake_after_);
}

bool Workstation::is_settled() const {
    return settle_frames_ == 0 && !more_input_ && platform_.input().empty() && wake_after_ > 0 && opening_ == nullptr &&
           !state_.start.chosen;
}

bool Workstation::frame() {
    imgui_.make_current();
    const double waited_for = wait_seconds();
    platform_.wait_events(waited_for);
    if (platform_.should_close() || state_.wants == UiState::Wants::Quit) return false;
    if (!platform_.input().empty()) settle_frames_ = frames_to_settle;
    more_input_ = platform_.input().apply(imgui_.input());
    open_chosen();
    next_pump_ = session_ != nullptr ? session_->pump() : infinity;
    draw();
    return true;
}

}  // namespace inbetween
