#pragma once

#include "core/formats/format.h"

namespace inbetween {

// The formats, one source file each; formats.cpp lists them.
extern const Format json_format;
extern const Format csv_format;
extern const Format vatic_format;
extern const Format vatic_xml_format;
extern const Format vatic_json_format;
extern const Format vatic_labelme_format;
extern const Format vatic_pascal_format;
extern const Format darklabel_format;
extern const Format ava_format;
extern const Format ava_kinetics_format;
extern const Format active_speaker_format;
extern const Format vbb_format;
extern const Format vbb_text_format;
extern const Format bbgt_format;
extern const Format mot_format;
extern const Format mots_format;
extern const Format cvat_video_format;
extern const Format cvat_images_format;
extern const Format coco_format;
extern const Format youtube_vis_format;
extern const Format kinetics_format;
extern const Format activitynet_format;
extern const Format thumos_format;
extern const Format elan_format;
extern const Format boris_format;
extern const Format via3_format;
extern const Format quads_format;
extern const Format pot_format;
extern const Format dota_format;
extern const Format icdar_format;
extern const Format caltech_results_format;
extern const Format voc_format;
extern const Format labelme_format;
extern const Format vott_format;
extern const Format vott_csv_format;
extern const Format bbox_label_tool_format;
extern const Format cntk_format;
extern const Format tfrecord_format;
extern const Format yolo_format;
extern const Format yolo_mark_format;

}  // namespace inbetween
