#!/bin/sh
# make_sound.sh FOLDER: makes small videos with sound for the tests with FFmpeg. 100 frames, 25 a second; frame n is
# white where n mod 30 is 20, else black, and exactly while it is white a tone of 1000 Hz sounds.
# Does nothing where FOLDER already holds what this very script makes.
set -eu

out=$1
mark=$(md5sum "$0" | cut -d ' ' -f 1)
if [ -f "$out/made" ] && [ "$(cat "$out/made")" = "$mark" ]; then exit 0; fi
if [ -d "$out" ] && [ -n "$(ls -A "$out")" ] && [ ! -f "$out/making" ]; then
  echo "make_sound.sh: $out: holds files that this script did not make" >&2
  exit 1
fi
rm -rf "$out"
mkdir -p "$out"
cd "$out"
: > making

ff() { ffmpeg -nostdin -v error -y "$@"; }

# tone RATE LATE: the tone as a lavfi source, so many seconds late.
tone() {
  echo "aevalsrc='if(between(mod(t-$2,1.2),0.79999,0.83999)*gte(t,$2),0.7*sin(2*PI*1000*(t-$2)),0)':s=$1:d=5"
}

ff -f lavfi -i "color=size=64x48:rate=25,format=gray,geq=lum='if(eq(mod(N,30),20),235,16)'" -frames:v 100 \
  -pix_fmt yuv420p -c:v ffv1 flash.mkv
ff -f lavfi -i "$(tone 48000 0)" -t 4 -c:a pcm_s16le tone.wav
both() { ff -i flash.mkv -i tone.wav -map 0:v -map 1:a "$@"; }
x264="-c:v libx264 -preset veryfast -threads 1 -bf 2 -g 25"

both -c:v ffv1 -c:a pcm_s16le pcm.mkv
both $x264 -c:a pcm_s16le pcm.mov
both $x264 -c:a flac flac.mkv
both $x264 -c:a aac -b:a 128k aac.mp4
both $x264 -c:a ac3 ac3.ts
both -c:v mpeg4 -c:a pcm_s16le pcm.avi
both -c:v mpeg4 -c:a libmp3lame mp3.avi
both -c:v mpeg2video -c:a mp2 mp2.mpg
both -c:v libvpx -deadline realtime -cpu-used 8 -c:a libopus opus.webm
both -c:v libvpx -deadline realtime -cpu-used 8 -c:a libvorbis -q:a 5 vorbis.webm
both $x264 -c:a aac -movflags frag_keyframe+delay_moov aac_fragmented.mp4
# Other layouts and rates.
both $x264 -ar 44100 -ac 1 -c:a pcm_s16le mono_44100.mov
both $x264 -ac 6 -c:a flac six_channels.mkv
both $x264 -ar 8000 -c:a pcm_s16le slow_8000.mov
# Sound and picture that begin at different times.
both $x264 -af atrim=start=0.5 -c:a aac sound_late.mp4
both $x264 -af atrim=start=0.5 -c:a flac sound_late.mkv
ff -itsoffset 0.72 -i flash.mkv -f lavfi -i "$(tone 48000 0.72)" -map 0:v -map 1:a \
  -fps_mode passthrough $x264 -c:a aac picture_late.mp4
ff -itsoffset 0.72 -i flash.mkv -f lavfi -i "$(tone 48000 0.72)" -map 0:v -map 1:a \
  -fps_mode passthrough $x264 -c:a flac picture_late.mkv
both $x264 -c:a aac -output_ts_offset 10 start_10s.mp4
both $x264 -c:a ac3 -output_ts_offset 10 start_10s.ts
# Cut by an edit list, between two sync frames.
ff -ss 1.32 -i aac.mp4 -c copy edit_list.mp4
# The sound ends early, and has a hole.
both $x264 -af "aselect='lt(t,1)+gt(t,1.8)*lt(t,3)'" -c:a flac hole.mkv
head -c "$(($(stat -c %s ac3.ts) * 6 / 10))" ac3.ts > truncated.ts
cp flash.mkv silent.mkv
rm flash.mkv tone.wav
echo "$mark" > made
