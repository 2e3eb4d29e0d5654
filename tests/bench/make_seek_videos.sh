#!/bin/sh
# make_seek_videos.sh VIDEO FOLDER [NAME...]: makes versions of a video for the seeking bench with FFmpeg, in FOLDER:
# what is there already is left alone. VIDEO is 1080p footage, best with the frame number burnt in.
#   gop30    h264_gop30.mp4    as the original, a sync frame every 30 frames
#   hevc     hevc_gop250.mp4   900 frames, open GOPs as x265 makes them by itself
#   vp9      vp9_gop128.webm   500 frames, with frames that are not shown
#   av1      av1_gop128.mp4    500 frames
#   long     long_15min.mp4    the original end to end 12 times, not encoded again
set -eu

usage() {
  sed -n '2,8s/^# //p' "$0" >&2
  exit 2
}

[ $# -ge 2 ] || usage
video=$(realpath "$1")
folder=$2
shift 2
[ $# -gt 0 ] || set -- gop30 hevc vp9 av1 long
mkdir -p "$folder"
cd "$folder"

# A file that is there is whole: it gets its name when it is done.
make() {
  name=$1
  shift
  [ -f "$name" ] && return
  echo "making $name" >&2
  ffmpeg -nostdin -v error -y "$@" -map 0:v:0 "making_$name"
  mv "making_$name" "$name"
}

for kind in "$@"; do
  case $kind in
    gop30)
      make h264_gop30.mp4 -i "$video" -c:v libx264 -preset veryfast -crf 25 -bf 3 -g 30 -keyint_min 30 -sc_threshold 0
      ;;
    hevc)
      make hevc_gop250.mp4 -i "$video" -frames:v 900 -c:v libx265 -preset ultrafast -crf 28 -tag:v hvc1 \
        -x265-params log-level=none:keyint=250:bframes=3
      ;;
    vp9)
      make vp9_gop128.webm -i "$video" -frames:v 500 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -row-mt 1 -b:v 2500k \
        -g 128 -auto-alt-ref 1 -lag-in-frames 16
      ;;
    av1)
      make av1_gop128.mp4 -i "$video" -frames:v 500 -c:v libsvtav1 -preset 12 -crf 40 -g 128
      ;;
    long)
      [ -f long_15min.mp4 ] || {
        list=$(mktemp)
        for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "file '$video'" >>"$list"; done
        make long_15min.mp4 -f concat -safe 0 -i "$list" -c copy
        rm -f "$list"
      }
      ;;
    *) usage ;;
  esac
done
