# Sourced by make_videos.sh in the folder edge of what it makes: small videos on which frame numbers are easily lost.
# First what is encoded, a function a family of codecs; then what is made of it by copying, cutting, joining and damaging.

s() { ff -i small.mkv "$@"; }
x="-c:v libx264 -preset veryfast -threads 1"
x265="-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=1:frame-threads=1"
vp8="-c:v libvpx -deadline good -cpu-used 5 -b:v 100k -g 20"
vp9="-c:v libvpx-vp9 -deadline good -cpu-used 5 -b:v 100k -threads 1 -g 20"
aom="-c:v libaom-av1 -cpu-used 8 -b:v 100k -threads 1 -g 20"

# copies IN OUT...: the first video stream of IN in other containers.
copies() {
  from=$1
  shift
  for to in "$@"; do
    set -- "$@" -map 0:v:0 -c copy "$to"
    shift
  done
  ff -i "$from" "$@"
}
# cut FILE FROM TO OUT: what lies between two shares of a file, in hundredths.
cut() {
  size=$(stat -c %s "$1")
  tail -c +$((size * $2 / 100 + 1)) "$1" | head -c $((size * ($3 - $2) / 100)) > "$4"
}
# cut_ts: the same at whole packets of a transport stream.
cut_ts() {
  size=$(($(stat -c %s "$1") / 188))
  tail -c +$((size * $2 / 100 * 188 + 1)) "$1" | head -c $((size * ($3 - $2) / 100 * 188)) > "$4"
}
rebox() { perl "$here/rebox.pl" "$@"; }
every() { echo "noise=amount=if(eq(mod(n\,$1)\,5)\,50\,0)"; }

edge_h264() {
  s $x -x264-params open-gop=1:keyint=12:bframes=3:scenecut=0:b-pyramid=normal open.mp4 \
    $x -x264-params bframes=5:b-pyramid=normal:ref=4:keyint=24 pyramid.mp4 \
    $x -x264-params intra-refresh=1:keyint=20:bframes=2 refresh.mp4 \
    $x -x264-params keyint=20:bframes=2:slices=4 slices.mp4 \
    $x -x264-params keyint=infinite:bframes=3:scenecut=0 one_sync.mp4 \
    $x -g 1 all_sync.mp4 \
    $x -flags +ildct+ilme -x264-params tff=1:bframes=2:keyint=15 interlaced.mp4 \
    $x -flags +ildct+ilme -x264-params bff=1:bframes=2:keyint=15:open-gop=1 interlaced.ts
  s $x -pix_fmt gray -bf 2 -g 15 gray.mp4 $x -pix_fmt gray10le -bf 2 -g 15 gray10.mp4 \
    $x -pix_fmt yuv422p -bf 2 -g 15 422.mp4 $x -pix_fmt yuv422p10le -bf 2 -g 15 422_10.mkv \
    $x -pix_fmt yuv444p10le -bf 2 -g 15 444_10.mp4 $x -pix_fmt yuv444p -qp 0 -g 10 lossless.mp4 \
    -c:v libx264rgb -preset veryfast -threads 1 -bf 2 -g 15 rgb.mp4
  s -frames:v 1 $x one.mp4 -frames:v 2 $x two.mp4 -frames:v 1 $x one.ts -frames:v 2 $x two.h264 -frames:v 3 $x three.avi
  s $x -bf 2 -g 20 a.h264 -vf scale=128:48 $x -bf 2 -g 20 wide.h264 -pix_fmt yuv444p $x -bf 2 -g 20 full.h264 \
    -pix_fmt yuv420p10le $x -bf 2 -g 20 deep.h264 $x -bf 2 -g 20 a.ts -vf scale=128:48 $x -bf 2 -g 20 wide.ts \
    -pix_fmt yuv444p $x -bf 2 -g 20 full.ts -pix_fmt yuv420p10le $x -bf 2 -g 20 deep.ts
}
edge_h264_times() {
  s -vf setpts=N/1000/TB -r 1000 $x -bf 2 -g 20 fps1000.mp4 -vf setpts=N/1000/TB -r 1000 $x -bf 2 -g 20 fps1000.mkv
  s -vf settb=1/10000,setpts=N*3 -fps_mode passthrough -enc_time_base 1/10000 $x -bf 2 -g 20 fps3333.mkv
  s -vf setpts=N*100/TB -r 0.01 $x -bf 2 -g 20 slow.mp4 -vf setpts=N*100/TB -r 0.01 $x -bf 2 -g 20 slow.ts
  uneven="setpts='(N+floor(N/7)*5)/25/TB'"
  s -vf "$uneven" -fps_mode passthrough $x -bf 2 -g 20 uneven.ts -vf "$uneven" -fps_mode passthrough $x -bf 2 uneven.mkv \
    -vf "$uneven" -fps_mode passthrough $x -g 20 uneven.flv -vf "$uneven" -fps_mode passthrough -c:v mpeg4 -g 20 uneven.avi \
    -vf "$uneven" -fps_mode passthrough -c:v mpeg4 -bf 2 -g 20 uneven_b.avi
  s -vf "setpts=floor(N/2)*2/25/TB" -fps_mode passthrough -enc_time_base 1/25 $x -bf 0 -g 20 doubled.mkv
  ff -f lavfi -i testsrc2=size=48x32:rate=25 -frames:v 600 $x -x264-params keyint=600:bframes=3:scenecut=0 long_gop.mp4
}
edge_hevc() {
  s $x265:keyint=12:bframes=3:scenecut=0:open-gop=1 hevc_open.mp4 \
    $x265:keyint=12:bframes=3:scenecut=0:open-gop=0 hevc_closed.mp4 \
    $x265:keyint=20:bframes=4:b-pyramid=1:scenecut=0 -pix_fmt yuv420p10le hevc_10.mp4 \
    $x265:keyint=20:bframes=2 -pix_fmt yuv444p12le hevc_444_12.mkv $x265:keyint=20 -pix_fmt yuv422p10le hevc_422.mkv
  s $x265:keyint=20:bframes=2 -pix_fmt gray hevc_gray.mp4 $x265:intra-refresh=1:keyint=20 hevc_refresh.mp4 \
    $x265:interlace=tff:keyint=20 hevc_fields.mp4 $x265:temporal-layers=1:keyint=20:bframes=3 hevc_layers.mp4 \
    $x265:keyint=1 hevc_intra.mp4
}
edge_vpx() {
  s $vp8 -auto-alt-ref 1 -lag-in-frames 16 vp8.mkv $vp8 -error-resilient 1 vp8_resilient.webm \
    $vp9 -auto-alt-ref 1 -lag-in-frames 16 vp9.mkv -vf scale=95:63 $vp9 vp9_odd.webm \
    -vf scale=64:96 $vp9 vp9_tall.ivf
  s $vp9 -pix_fmt yuv444p vp9_444.webm $vp9 -pix_fmt yuv420p10le vp9_10.webm $vp9 -pix_fmt yuv422p12le vp9_12.webm \
    $vp9 -lossless 1 vp9_lossless.mp4 $vp9 -g 999 -auto-alt-ref 6 -lag-in-frames 25 vp9_layers.webm
}
edge_av1() {
  s $aom -usage good -lag-in-frames 16 av1.mkv
  s -frames:v 20 -pix_fmt yuv444p10le $aom -usage realtime av1_444.mp4 \
    -frames:v 30 -vf scale=95:63 $aom -aom-params film-grain-test=1 av1_grain.mp4
  ff -i small.mkv -c:v libsvtav1 -preset 12 -g 20 av1_svt.mkv 2> log  # it says so where it starts
}
edge_mpeg2() {
  m2="-c:v mpeg2video -g 12 -q:v 3"
  s $m2 -bf 2 m2.m2v $m2 -bf 2 -flags +cgop -sc_threshold 1000000000 m2_closed.ts -c:v mpeg1video -bf 2 -g 12 m1.mpg \
    $m2 -flags +ildct+ilme -top 1 -bf 2 m2_interlaced.mpg $m2 -pix_fmt yuv422p -bf 2 m2_422.ts $m2 -g 1 m2_intra.mov \
    $m2 -flags +low_delay m2_low_delay.ts -c:v mpeg1video -bf 0 -g 12 m1.avi -vf scale=95:63 $m2 -bf 1 m2_odd.mpg \
    $m2 -bf 2 m2.ts
  s -vf scale=720:576,setdar=4/3 -frames:v 4 -pix_fmt yuv422p -c:v mpeg2video -intra_vlc 1 -flags +ildct+low_delay -dc 10 \
    -g 1 -ps 1 -qmin 1 -rc_max_vbv_use 1 -rc_min_vbv_use 1 -b:v 30M -minrate 30M -maxrate 30M -bufsize 1200000 \
    -rc_init_occupancy 1200000 -f mxf_d10 imx.mxf
}
edge_mpeg4() {
  m4="-c:v mpeg4 -g 12 -q:v 3"
  s $m4 -bf 2 m4.mp4 $m4 -bf 2 -f m4v m4.m4v $m4 -flags +qpel+mv4 -bf 2 m4_qpel.mp4 $m4 -flags +ildct+ilme -bf 1 m4_interlaced.mp4 \
    $m4 -data_partitioning 1 m4_partitions.mp4 -c:v libxvid -g 12 -bf 2 xvid.avi -c:v libxvid -gmc 1 -g 12 -bf 2 xvid_gmc.mp4
  s -vf scale=176:144 -c:v h263 -g 12 h263.3gp -vf scale=176:144 -c:v h263 -g 12 h263.h263 \
    -vf scale=176:144 -c:v h263 -g 12 h263.avi -vf scale=176:144 -c:v h263p -flags +mv4+aic -g 12 h263p.avi \
    -vf scale=176:144 -c:v h261 h261.h261 -vf scale=176:144 -c:v h261 h261.ts
}
edge_older() {
  s -g 12 -c:v flv flv1.flv -g 12 -c:v flv flv1.mkv -g 12 -c:v flv flv1.swf -g 12 -c:v msmpeg4v2 ms2.avi \
    -g 12 -c:v msmpeg4 ms3.asf -g 12 -c:v wmv1 wmv1.asf -g 12 -c:v wmv2 wmv2.mkv -g 12 -c:v rv10 rv10.rm \
    -g 12 -c:v rv20 rv20.rm -g 12 -c:v svq1 svq1.mov -g 12 -c:v msvideo1 msvideo1.avi -g 12 -c:v flashsv flashsv.flv \
    -g 12 -c:v flashsv2 flashsv2.flv -g 12 -c:v zmbv zmbv.avi -g 12 -strict -2 -c:v snow snow.avi -frames:v 10 -c:v vc2 vc2.mkv \
    -g 12 -c:v qtrle qtrle.mov -c:v smc smc.mov -g 16 -c:v libtheora theora.ogg
  s -frames:v 12 -g 4 -c:v cinepak cinepak.avi -frames:v 12 -g 4 -c:v cinepak cinepak.mov \
    -frames:v 12 -g 4 -c:v cinepak -f film_cpk cinepak.cpk -frames:v 8 -r 30 -vf scale=128:64 -c:v roqvideo roq.roq
}
edge_intra() {
  s -c:v ffv1 -g 10 ffv1.mkv -c:v ffv1 -level 3 -slices 4 -slicecrc 1 -context 1 ffv1.avi -c:v ffv1 -pix_fmt bgr0 ffv1_rgb.mkv \
    -c:v ffv1 -pix_fmt yuv422p10le ffv1_10.mkv -c:v ffvhuff ffvhuff.mkv -c:v utvideo utvideo.avi -c:v magicyuv magicyuv.mkv \
    -c:v prores_ks -profile:v 4 -pix_fmt yuva444p10le prores_4444.mov -c:v prores prores.mov \
    -c:v cfhd -pix_fmt yuv422p10le cfhd.mov -c:v v210 v210.mov -c:v r210 r210.mov -c:v hap -pix_fmt rgba hap.mov
  s -c:v rawvideo raw.nut -c:v rawvideo raw.avi -c:v rawvideo -pix_fmt yuyv422 raw.mov \
    -c:v rawvideo -pix_fmt rgb24 -allow_raw_vfw 1 raw.mkv y4m.y4m -pix_fmt yuv444p16le -strict -1 y4m_16.y4m \
    -c:v rawvideo -pix_fmt rgba filmstrip.flm
  s -c:v jpeg2000 jpeg2000.mov -c:v jpegls jpegls.avi -strict -1 -c:v ljpeg ljpeg.avi -c:v png png.mov -c:v tiff tiff.mkv \
    -c:v bmp bmp.avi -c:v targa targa.mov -c:v mjpeg -q:v 3 mjpeg.mov -c:v mjpeg -q:v 3 mjpeg.mjpeg -c:v mjpeg -q:v 3 mjpeg.ts \
    -c:v mjpeg -q:v 3 -huffman default -f mpjpeg parts.mjpeg -c:v mjpeg -f smjpeg smjpeg.mjpg -frames:v 1 -c:v mjpeg cover.jpg
  s -frames:v 30 gif.gif -frames:v 30 -c:v gif gif.mkv -frames:v 30 apng.apng -frames:v 30 -c:v apng -f apng apng.png \
    -frames:v 30 -c:v libwebp_anim -f webp anim.webp \
    -vf "setpts=if(lt(N\,5)\,N\,N*N/3)/25/TB" -fps_mode passthrough -frames:v 20 gif_uneven.gif
  s -c:v dvvideo -s 720x576 -frames:v 3 dv.dv -c:v dvvideo -s 720x576 -frames:v 3 dv.avi \
    -c:v dnxhd -profile:v dnxhr_sq -vf scale=256:128 -pix_fmt yuv422p -frames:v 10 dnxhr.mov \
    -c:v dnxhd -profile:v dnxhr_sq -vf scale=256:128 -pix_fmt yuv422p -frames:v 10 dnxhr.mxf
}

edge_containers() {
  copies open.mp4 open.ts open.mkv open.avi open.flv open.nut open.mov open.m2ts open.asf open.h264
  copies pyramid.mp4 pyramid.avi pyramid.flv pyramid.ts pyramid.h264
  copies interlaced.mp4 interlaced.h264 interlaced.mkv
  copies refresh.mp4 refresh.ts
  copies hevc_open.mp4 hevc_open.ts hevc_open.mkv hevc_open.mov hevc_open.h265
  copies hevc_fields.mp4 hevc_fields.ts
  copies vp8.mkv vp8.ivf vp8.webm vp8.ogg vp8.nut vp8.avi
  copies vp9.mkv vp9.ivf vp9.mp4 vp9.nut vp9.avi
  copies av1.mkv av1.ivf av1.mp4 av1.webm av1.obu av1.nut
  copies av1_svt.mkv av1_svt.ivf av1_svt.mp4 av1_svt.obu
  copies m2.ts m2.mkv m2.mp4 m2.avi m2.mxf m2.vob m2.mpg
  copies m1.mpg m1.ts
  copies m4.mp4 m4.mkv m4.nut m4.ts m4.avi m4.mov m4.asf
  copies theora.ogg theora.mkv
  for muxer in matroska avi nut flv; do ff -i open.mp4 -c copy -f $muxer - > "streamed.$muxer"; done
  ff -i open.mp4 -c copy -live 1 live.mkv -c copy -cluster_size_limit 1000 clusters.mkv \
    -c copy -cues_to_front 1 -write_crc32 0 cues_front.mkv -c copy -reserve_index_space 2000 void.mkv
  ff -i vp9.mkv -c copy -live 1 vp9_live.webm -c copy -dash 1 vp9_dash.webm \
    -c copy -bsf:v vp9_superframe_split vp9_split.ivf -c copy -bsf:v vp9_superframe_split vp9_split.mkv
  ff -i av1.mkv -c copy -bsf:v av1_frame_split av1_split.mkv -c copy -bsf:v av1_frame_split av1_split.mp4 \
    -c copy -movflags frag_keyframe+empty_moov av1_fragmented.mp4
  perl -0777 -pe 's/\x1C\x53\xBB\x6B/\x1C\x53\xBB\x6C/' open.mkv > no_cues.mkv
  perl -0777 -pe 's/idx1/JUNK/' open.avi > no_index.avi
  perl -0777 -pe 's/idx1/JUNK/' m4.avi > m4_no_index.avi
}
edge_boxes() {
  rebox open.mp4 no_ctts.mp4 drop=ctts
  rebox open.mp4 no_stss.mp4 drop=stss
  rebox open.mp4 no_edts.mp4 drop=edts
  rebox pyramid.mp4 pyramid_no_ctts.mp4 drop=ctts
  rebox open.mp4 edits_two.mp4 elst=600:1024,800:16384
  rebox open.mp4 edits_backward.mp4 elst=800:16384,600:1024
  rebox open.mp4 edits_again.mp4 elst=600:5120,600:5120
  rebox open.mp4 edits_overlap.mp4 elst=800:5120,800:10240
  rebox open.mp4 edits_empty.mp4 elst=700:-1,1500:1024
  rebox open.mp4 edits_empty_between.mp4 elst=600:1024,700:-1,600:16384
  rebox open.mp4 edits_no_lead.mp4 elst=1500:9728
  rebox open.mp4 edits_middle.mp4 elst=400:1024,1200:15872
  rebox open.mp4 edits_no_tail.mp4 elst=1300:1024
  rebox open.mp4 edits_half_rate.mp4 elst=2000:1024:0.5
  rebox open.mp4 edits_dwell.mp4 elst=500:4096:0,1500:1024
  rebox open.mp4 edits_endless.mp4 elst=0:5120
  rebox open.mp4 edits_past.mp4 elst=1000:99999999
  rebox open.mp4 edits_all_empty.mp4 elst=1000:-1
  rebox open.mp4 edits_off_grid.mp4 elst=777:5377
  rebox open.mp4 edits_five.mp4 elst=200:1024,200:6144,200:11264,200:16384,200:21504
  rebox open.mp4 edits_one_frame.mp4 elst=40:7168
  rebox refresh.mp4 edits_refresh.mp4 elst=1200:9728
  rebox hevc_open.mp4 hevc_edits.mp4 elst=600:1024,800:16384
  rebox hevc_open.mp4 hevc_no_ctts.mp4 drop=ctts
  rebox hevc_open.mp4 hevc_no_stss.mp4 drop=stss
  rebox m4.mp4 m4_no_ctts.mp4 drop=ctts
  rebox open.mp4 stts_still.mp4 stts=20:512,20:0,20:512
  rebox open.mp4 stts_zero.mp4 stts=60:0
  rebox open.mp4 stts_short.mp4 stts=40:512
  rebox open.mp4 stts_back.mp4 stts=20:512,1:-512,39:512
  rebox open.mp4 ctts_negative.mp4 ctts=30:-512,30:1024
  rebox open.mp4 ctts_short.mp4 ctts=10:1024,4:512
  rebox open.mp4 ctts_same.mp4 ctts=60:1024
  rebox open.mp4 stss_wrong.mp4 stss=1,4,8,15,33
  rebox open.mp4 stss_late.mp4 stss=13,25
  rebox open.mp4 stss_one.mp4 stss=1
}
edge_mp4() {
  ff -i open.mp4 -c copy -movflags negative_cts_offsets negative_cts.mp4 -c copy -use_editlist 0 unedited.mp4 \
    -c copy -movflags frag_every_frame+empty_moov fragments.mp4 -c copy -movflags frag_keyframe partly_fragmented.mp4 \
    -c copy -movflags frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets fragments_negative.mp4 \
    -c copy -movflags frag_keyframe+separate_moof+delay_moov fragments_delayed.mp4 \
    -c copy -movflags dash+global_sidx fragments_dash.mp4 -c copy -movflags frag_keyframe -f ismv fragments.ismv \
    -c copy -video_track_timescale 1000000 scale_million.mp4 -c copy -video_track_timescale 25 scale_25.mp4 \
    -c copy -video_track_timescale 10 scale_10.mp4 -c copy -timecode 01:00:00:00 timecode.mov
  ff -ss 0.9 -i open.mp4 -c copy begun.mp4 -c copy -movflags frag_keyframe+empty_moov begun_fragments.mp4 -c copy begun.mov
  ff -ss 1.2 -i hevc_open.mp4 -c copy hevc_begun.mp4 -c copy hevc_begun.ts -c copy hevc_begun.mkv \
    -c copy -use_editlist 0 hevc_begun_unedited.mp4
  ff -ss 1 -i vp9.mkv -c copy vp9_begun.webm
  ff -ss 1 -i av1.mkv -c copy av1_begun.mkv
  for share in 30 50 80; do
    cut partly_fragmented.mp4 0 $share partly_fragmented_$share.mp4
    cut fragments.mp4 0 $share fragments_$share.mp4
  done
  ff -i cover.jpg -i open.mp4 -map 0 -map 1 -c copy -disposition:v:0 attached_pic cover_first.mp4
  ff -i open.mp4 -i cover.jpg -map 0 -map 1 -c copy -disposition:v:1 attached_pic cover_last.mp4
  ff -i open.mp4 -i interlaced.mp4 -map 0 -map 1 -c copy two_videos.mp4 -map 0 -map 1 -c copy two_videos.mkv \
    -map 0 -map 1 -c copy -program title=a:st=0 -program title=b:st=1 two_programs.ts
  ff -f lavfi -i sine=duration=2.4 -i open.mp4 -map 0 -map 1 -c:v copy -c:a aac sound.mp4 \
    -map 0 -map 1 -c:v copy -c:a mp2 sound.ts -map 0 -map 1 -c:v copy -c:a mp3 sound.avi \
    -map 0 -map 1 -c:v copy -c:a aac -movflags frag_keyframe+empty_moov sound_fragments.mp4
  ff -f lavfi -i sine=duration=12 -itsoffset 10 -i open.mp4 -map 0 -map 1 -c:v copy -c:a mp2 late.ts \
    -map 0 -map 1 -c:v copy -c:a aac late.mp4
  ff -f lavfi -i sine=duration=1 -i cover.jpg -map 0 -map 1 -c:a mp3 -c:v copy -disposition:v:0 attached_pic cover.mp3
}
edge_by_hand() {
  perl "$here/fields.pl" fields.h264 ITTTTTTTTTTTITTTTTTTTTTTITTTTTTTTT
  perl "$here/fields.pl" fields_mixed.h264 ITTTTFFFTTBBTTIFFFTtTbTTITFTFTFTF
  for name in fields fields_mixed; do
    ff -r 50 -f h264 -i $name.h264 -c copy -bsf:v "setts=ts=N*24000" $name.ts -c copy -bsf:v "setts=ts=N*24000" $name.mp4 \
      -c copy -bsf:v "setts=ts=N*24000" $name.mkv
  done
  for how in packed plain dropped; do perl "$here/pack_avi.pl" m4.m4v m4_$how.avi $how; done
}
edge_times() {
  for to in doubled.ts doubled.nut doubled.mp4; do
    ff -i all_sync.mp4 -c copy -bsf:v "setts=ts=floor(N/2)*1024" $to
  done
  ff -i open.mp4 -c copy -bsf:v "setts=pts=if(lt(N\,30)\,PTS\,PTS-10240):dts=if(lt(N\,30)\,DTS\,DTS-10240)" backward.ts \
    -c copy -bsf:v "setts=pts=if(eq(mod(N\,7)\,3)\,NOPTS\,PTS)" missing.ts \
    -c copy -bsf:v "setts=pts=if(eq(mod(N\,7)\,3)\,NOPTS\,PTS)" missing.mpg -c copy -output_ts_offset 95441.5 wrap.ts \
    -c copy -output_ts_offset 95441.5 wrap.mpg -c copy -output_ts_offset 47720 half_wrap.ts \
    -c copy -output_ts_offset 100000 far.mp4 -c copy -output_ts_offset -1 negative.mp4 -c copy -output_ts_offset 50 later.ts
  ff -i all_sync.mp4 -c copy -bsf:v "setts=pts=if(lt(N\,30)\,PTS\,PTS-10240)" backward.mkv
}
edge_cut() {
  cat open.ts open.ts > joined.ts
  cat later.ts open.ts > joined_back.ts
  cat open.ts later.ts > joined_gap.ts
  cut_ts open.ts 0 60 part
  (cat part; cut_ts later.ts 30 100 rest; cat rest) > spliced.ts
  cut open.ts 0 60 part
  (cat part; cut later.ts 30 100 rest; cat rest) > spliced_unaligned.ts
  for share in 5 15 25 35 45; do
    cut_ts open.ts $share 100 begin_$share.ts
    cut open.ts $share 100 begin_unaligned_$share.ts
    cut_ts hevc_open.ts $((share + 10)) 100 hevc_begin_$share.ts
  done
  for share in 20 40 70 90; do cut open.ts 0 $share end_$share.ts; done
  for file in open.h264 hevc_open.h265 m2.m2v m4.m4v m2.ts m2.mpg m1.mpg m2.mxf; do
    cut $file 30 100 begin_$file
    cut $file 0 70 end_$file
    cat $file $file > joined_$file
    cut $file 0 50 part
    (cat part; head -c 3000 small.mkv; cut $file 55 100 rest; cat rest) > garbage_$file
  done
  for file in open.mkv open.avi open.flv open.nut open.asf m4.avi theora.ogg gif.gif mjpeg.mjpeg mjpeg.ts y4m.y4m dv.dv \
    raw.avi apng.apng vp9.ivf av1.obu; do
    cut $file 0 70 end_$file
  done
  for file in gif.gif theora.ogg y4m.y4m mjpeg.mjpeg; do cat $file $file > joined_$file; done
  cut mjpeg.mjpeg 30 100 begin_mjpeg.mjpeg
  cut open.mkv 0 55 part
  (cat part; cut open.mkv 65 100 rest; cat rest) > hole.mkv
  (cat vp9.ivf; tail -c +33 vp9_tall.ivf) > vp9_resized.ivf
  cat a.h264 wide.h264 > resized.h264
  cat wide.h264 a.h264 full.h264 > reshaped.h264
  cat a.h264 deep.h264 > deepened.h264
  cat a.ts wide.ts > resized.ts
  cat a.ts full.ts deep.ts > reshaped.ts
  rm part rest
}
edge_damaged() {
  ff -i open.mp4 -c copy -bsf:v "noise=drop=eq(n\,25)" dropped_25.mp4 -c copy -bsf:v "noise=drop=eq(n\,12)" dropped_sync.mp4 \
    -c copy -bsf:v "noise=drop=eq(mod(n\,9)\,4)" dropped_often.ts -c copy -bsf:v "noise=drop=lt(n\,5)" dropped_lead.mp4 \
    -c copy -bsf:v "noise=amount=if(eq(n\,30)\,20\,0)" noise_30.mp4 -c copy -bsf:v "$(every 10)" noise.mp4 \
    -c copy -bsf:v "$(every 10)" noise.ts
  ff -i pyramid.mp4 -c copy -bsf:v "$(every 10)" noise_pyramid.mkv
  ff -i hevc_open.mp4 -c copy -bsf:v "noise=drop=eq(n\,25)" hevc_dropped.mp4 -c copy -bsf:v "$(every 10)" hevc_noise.mp4
  ff -i vp8.mkv -c copy -bsf:v "noise=drop=lt(n\,3)" vp8_dropped_lead.webm -c copy -bsf:v "$(every 10)" vp8_noise.webm
  ff -i vp9.mkv -c copy -bsf:v "noise=drop=eq(n\,10)" vp9_dropped.webm -c copy -bsf:v "noise=drop=lt(n\,3)" vp9_dropped_lead.webm \
    -c copy -bsf:v "$(every 10)" vp9_noise.webm
  ff -i av1.mkv -c copy -bsf:v "noise=drop=eq(n\,10)" av1_dropped.mkv -c copy -bsf:v "noise=drop=lt(n\,3)" av1_dropped_lead.mkv \
    -c copy -bsf:v "$(every 10)" av1_noise.mkv
  ff -i m2.ts -c copy -bsf:v "noise=drop=eq(n\,20)" m2_dropped.ts -c copy -bsf:v "$(every 10)" m2_noise.ts
  ff -i m4.mp4 -c copy -bsf:v "noise=drop=eq(n\,12)" m4_dropped.avi -c copy -bsf:v "$(every 10)" m4_noise.avi \
    -c copy -bsf:v "$(every 10)" m4_noise.mp4
}

edge_videos() {
  mkdir edge
  (
    cd edge
    ff -i ../master.mkv -frames:v 60 -vf scale=96:64 -c:v ffv1 small.mkv
    side_by_side edge_h264 edge_h264_times edge_hevc edge_vpx edge_av1 edge_mpeg2 edge_mpeg4 edge_older edge_intra
    side_by_side edge_containers edge_boxes edge_mp4 edge_by_hand edge_times edge_damaged
    edge_cut
    rm -f log
  )
}
