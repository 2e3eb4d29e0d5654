#!/bin/sh
# make_videos.sh FOLDER: makes small videos and image folders for the tests with FFmpeg. Each frame carries its own
# number in its pixels (tests/support/stamp.h reads it): 12 columns, the bits of the number from low to high, white for
# one in the top quarter and the same inverted in the second quarter; the lower half moves.
# The folder edge holds smaller ones on which frame numbers are easily lost: edge_videos.sh says how they are made.
# Does nothing where FOLDER already holds what these very scripts make.
set -eu

out=$1
here=$(cd "$(dirname "$0")" && pwd)
mark=$(cat "$0" "$here/edge_videos.sh" "$here"/*.pl | md5sum)
if [ -f "$out/made" ] && [ "$(cat "$out/made")" = "$mark" ]; then exit 0; fi
if [ -d "$out" ] && [ -n "$(ls -A "$out")" ] && [ ! -f "$out/making" ]; then
  echo "make_videos.sh: $out: holds files that this script did not make" >&2
  exit 1
fi
rm -rf "$out"
mkdir -p "$out"
cd "$out"
: > making

ff() { ffmpeg -nostdin -v error -y "$@"; }
frames=100

# The master all others are encoded from.
ff -f lavfi -i "color=size=192x128:rate=25,format=gray,geq=lum='if(lt(Y,64),
  20+210*abs(mod(floor(N/pow(2,floor(X/16))),2)-floor(Y/32)), 128+90*sin((X+3*N)/9)*cos((Y-2*N)/7))'" \
  -frames:v $frames -pix_fmt yuv420p -c:v ffv1 master.mkv

x264="-c:v libx264 -preset veryfast -threads 1"
stamp() { ff -i master.mkv "$@"; }

# What encodes quickly runs side by side in a few groups.
h264() {
  stamp $x264 -bf 3 -g 30 h264_b.mp4
  stamp $x264 -bf 0 -g 25 h264_no_b.mp4
  stamp $x264 -x264-params open-gop=1:keyint=20:bframes=3:scenecut=0 h264_open_gop.mp4
  stamp $x264 -x264-params open-gop=1:keyint=20:bframes=3:scenecut=0 h264_open_gop.ts
  stamp $x264 -x264-params intra-refresh=1:keyint=25:bframes=0 h264_intra_refresh.mp4
  stamp -vf "setpts='(N+floor(N/7)*5)/25/TB'" -fps_mode passthrough $x264 -bf 2 -g 40 h264_vfr.mp4
  stamp -vf "setpts=PTS+10/TB" -fps_mode passthrough $x264 -bf 2 -g 40 h264_start_10s.mp4
  ff -ss 1.5 -i h264_b.mp4 -c copy h264_edit_list.mp4
  ff -i h264_b.mp4 -c copy h264_b.mkv
  ff -i h264_b.mp4 -c copy -movflags frag_keyframe+empty_moov h264_fragmented.mp4
  ff -i h264_b.mp4 -c copy -bsf:v h264_mp4toannexb -f h264 h264_raw.h264
  ff -i h264_b.mp4 -c copy -bsf:v setts=pts=DTS h264_no_order.mp4
  # The muxer counts the turn against the clock.
  ff -i h264_b.mp4 -c copy -metadata:s:v rotate=270 rotated_90.mp4
  ff -i h264_b.mp4 -c copy -metadata:s:v rotate=180 rotated_180.mp4
  ff -i h264_b.mp4 -c copy -movflags faststart whole.mp4
  head -c "$(($(stat -c %s whole.mp4) * 6 / 10))" whole.mp4 > truncated.mp4
  head -c "$(($(stat -c %s h264_b.mp4) * 6 / 10))" h264_b.mp4 > truncated_no_moov.mp4
  tail -c +"$(($(stat -c %s h264_open_gop.ts) * 3 / 10 / 188 * 188 + 1))" h264_open_gop.ts > cut_start.ts
  rm whole.mp4
}
h264_kinds() {
  stamp -pix_fmt yuv420p10le $x264 -bf 2 h264_10bit.mp4
  stamp -pix_fmt yuv444p $x264 -bf 2 h264_444.mp4
  stamp -vf scale=191:127 -pix_fmt yuv444p $x264 h264_odd.mp4
  stamp -vf setsar=4/3 $x264 -bf 2 anamorphic.mp4
  stamp -vf setsar=4/3 $x264 -bf 2 upright.mp4
  ff -i upright.mp4 -c copy -metadata:s:v rotate=90 anamorphic_turned.mp4
  rm upright.mp4
  stamp -color_range pc -colorspace bt709 -vf scale=out_range=full -pix_fmt yuvj420p $x264 full_range.mp4
  # The picture changes its size half way, as in some broadcasts.
  stamp -frames:v 40 $x264 -bf 0 -f mpegts first.ts
  ff -ss 1.6 -i master.mkv -vf scale=256:160 $x264 -bf 0 -output_ts_offset 1.6 -f mpegts second.ts
  cat first.ts second.ts > size_change.ts
  rm first.ts second.ts
}
older() {
  stamp -c:v mpeg4 -bf 2 -g 30 -q:v 3 mpeg4_b.avi
  stamp -c:v mpeg4 -g 25 -q:v 3 mpeg4.avi
  stamp -c:v msmpeg4 -g 25 -q:v 3 msmpeg4.avi
  stamp -c:v mpeg2video -bf 2 -g 15 -q:v 3 mpeg2.ts
  stamp -c:v mpeg2video -bf 2 -g 15 -q:v 3 mpeg2.mpg
  stamp -c:v mpeg1video -bf 2 -g 15 -q:v 3 -f mpeg1video mpeg1_raw.m1v
  stamp -c:v mjpeg -q:v 3 mjpeg.avi
  stamp -c:v flv -g 25 -q:v 3 flv.flv
  stamp -c:v wmv2 -g 25 -q:v 3 wmv.wmv
  stamp -c:v huffyuv -pix_fmt rgb24 huffyuv.avi
  stamp -c:v rawvideo -pix_fmt bgr24 bottom_up.avi
  stamp -c:v libtheora -q:v 8 -g 25 theora.ogv
  stamp -frames:v 60 animated.gif
}
newer() {
  stamp -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25:bframes=3:pools=1 hevc.mp4
  ff -i hevc.mp4 -c copy hevc.ts
  stamp -c:v libvpx-vp9 -deadline good -cpu-used 5 -b:v 400k -g 40 -auto-alt-ref 1 -lag-in-frames 16 vp9.webm
  stamp -c:v libvpx -deadline good -cpu-used 5 -b:v 600k -g 40 -auto-alt-ref 1 -lag-in-frames 16 vp8.webm
}
pictures() {
  mkdir images_png images_jpg images_mixed images_broken no_images
  stamp -frames:v 40 images_png/frame_%d.png
  stamp -frames:v 40 -q:v 2 -start_number 0 images_jpg/%05d.jpg
  cp images_png/frame_1.png images_png/frame_2.png images_mixed
  ff -i images_png/frame_3.png -vf scale=96:64 images_mixed/frame_10.png
  cp images_png/frame_1.png images_png/frame_2.png images_broken
  head -c 300 images_png/frame_3.png > images_broken/frame_3.png
  echo "not an image" > images_broken/notes.txt
  echo "nothing to see" > no_images/notes.txt
  : > empty.mp4
  echo "this is a text" > text.mp4
  ff -f lavfi -i sine=duration=1 audio.m4a
  printf '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nmaster.mkv\n#EXT-X-ENDLIST\n' > playlist.mp4
  printf "ffconcat version 1.0\nfile 'master.mkv'\n" > concat.mp4
}

# side_by_side FUNCTION...: runs them at once; fails where one fails.
side_by_side() {
  jobs=""
  for group in "$@"; do
    $group &
    jobs="$jobs $!"
  done
  for job in $jobs; do wait "$job"; done
}

. "$here/edge_videos.sh"
side_by_side h264 h264_kinds older newer pictures
edge_videos
echo "$mark" > made
