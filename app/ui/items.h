#pragma once

#include <imgui.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace inbetween {

/// Where named things of the last drawn frame stand on screen, so that a script can point at them: "Tracks/3",
/// "Timeline/Ruler". Names are made of the panel and what it shows.
class Items {
public:
    struct Place {
        ImVec2 min;
        ImVec2 max;
        ImVec2 centre() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
    };
    void clear() { places_.clear(); }
    void set(std::string name, ImVec2 min, ImVec2 max) { places_.insert_or_assign(std::move(name), Place{min, max}); }
    /// Names the widget that ImGui has just drawn.
    void set_last(std::string name) { set(std::move(name), ImGui::GetItemRectMin(), ImGui::GetItemRectMax()); }
    std::optional<Place> find(std::string_view name) const {
        const auto found = places_.find(name);
        if (found == places_.end()) return std::nullopt;
        return found->second;
    }
    const std::map<std::string, Place, std::less<>>& all() const { return places_; }

private:
    std::map<std::string, Place, std::less<>> places_;
};

}  // namespace inbetween
