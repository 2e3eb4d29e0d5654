#!/bin/bash
# real_window.sh INBETWEEN OUT: opens the workstation's real window on a virtual screen and works in it as a person does,
# with the mouse and the keys. Leaves a picture of the screen in OUT. Exit status 77 where a tool is missing.
set -u
inbetween=$1
out=$2
for tool in Xvfb xdotool import convert ffmpeg sqlite3 timeout; do
    command -v "$tool" > /dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
mkdir -p "$out"
work=$(mktemp -d)
server=
window_process=
stop() {
    [ -n "$window_process" ] && kill "$window_process" 2> /dev/null
    [ -n "$server" ] && kill "$server" 2> /dev/null
    wait 2> /dev/null
    rm -rf "$work"
}
trap stop EXIT

fail() {
    echo "failed: $1"
    import -window root "$out/real_window_failed.png" 2> /dev/null
    cat "$work/log" 2> /dev/null
    exit 1
}

# wait_for WHAT COMMAND...: until the command succeeds, for at most 30 seconds.
wait_for() {
    local what=$1
    shift
    for _ in $(seq 300); do
        "$@" > /dev/null 2>&1 && return 0
        kill -0 "$window_process" 2> /dev/null || fail "the program ended while waiting for $what"
        sleep 0.1
    done
    fail "waited in vain for $what"
}

ask() { sqlite3 -readonly "$work/slide.inbetween" "$1"; }
is() { [ "$(ask "$1")" = "$2" ]; }

ffmpeg -v error -f lavfi -i testsrc=s=320x240:r=25 -frames:v 40 -c:v mpeg4 -q:v 2 "$work/slide.avi" || exit 1
"$inbetween" new "$work/slide.inbetween" --video "$work/slide.avi" --labels person,car > /dev/null || exit 1

exec 3> "$work/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp > /dev/null 2>&1 &
server=$!
exec 3>&-
for _ in $(seq 100); do
    [ -s "$work/display" ] && break
    sleep 0.1
done
[ -s "$work/display" ] || { echo "skipped: Xvfb does not start"; exit 77; }
DISPLAY=:$(cat "$work/display")
export DISPLAY XDG_DATA_HOME="$work/data" XDG_CONFIG_HOME="$work/config"

"$inbetween" "$work/slide.inbetween" > "$work/log" 2>&1 &
window_process=$!
window=$(timeout 60 xdotool search --sync --onlyvisible --class inbetween | head -1)
[ -n "$window" ] || fail "no window"
xdotool windowsize --sync "$window" 1280 800 2> /dev/null
xdotool windowmove "$window" 0 0 windowfocus "$window"
# The title tells when the project is open.
wait_for "the project" sh -c "xdotool getwindowname $window | grep -q slide.avi"

# A box by W and the mouse; then ten frames on, outside; then undone.
xdotool mousemove 420 250
xdotool key w
xdotool mousemove 400 200 mousedown 1 mousemove 440 240 mousemove 480 300 mousemove 500 320 mouseup 1
wait_for "the drawn box" is "SELECT count(*) FROM track" 1
wait_for "its keyframe" is "SELECT count(*) FROM keyframe" 1
xdotool key e
xdotool key x
wait_for "the outside keyframe" is "SELECT count(*) FROM keyframe" 2
xdotool key z
wait_for "the undo" is "SELECT count(*) FROM keyframe" 1
# Moved by the mouse at the frame ten on: a keyframe by itself.
xdotool mousemove 450 260 mousedown 1 mousemove 470 270 mousemove 520 290 mousemove 530 290 mouseup 1
wait_for "the moved box" is "SELECT count(*) FROM keyframe" 2
# By the palette, typed as fast as xdotool types.
xdotool key ctrl+p
xdotool type --delay 5 "occluded from here"
xdotool key Return
wait_for "the occluded keyframe" is "SELECT count(*) FROM keyframe WHERE flags & 2" 1
[ "$(ask 'SELECT count(*) FROM track')" = 1 ] || fail "typed letters ran as keys"
xdotool mousemove 700 650
import -window root "$out/real_window.png" || fail "no picture of the screen"

# File, Quit: what was done is in the file, with no journal left beside it.
# Quit is the menu's last line, wherever that is: the foot of what the screen shows anew once the menu is open.
picture() { import -window root "$work/$1.png"; }
foot() {
    picture open
    convert "$work/closed.png" "$work/open.png" -compose difference -composite -crop 200x500+0+24 +repage \
        -threshold 4% -format '%@' info: | sed -n 's/^[0-9]*x\([0-9]*\)+[0-9]*+\([0-9]*\)$/\1 \2/p'
}
menu_is_open() {
    read -r height top < <(foot)
    [ "${height:-0}" -gt 40 ] && [ "$height" -lt 400 ]
}
xdotool mousemove 14 12
picture closed
xdotool click 1
wait_for "the File menu" menu_is_open
xdotool mousemove 25 $((24 + top + height - 14)) click 1
for _ in $(seq 300); do
    kill -0 "$window_process" 2> /dev/null || break
    sleep 0.1
done
kill -0 "$window_process" 2> /dev/null && fail "the menu's Quit does not end the program"
wait "$window_process" || fail "the program ended with status $?"
window_process=
[ -e "$work/slide.inbetween-wal" ] && fail "a journal was left beside the project"
"$inbetween" info "$work/slide.inbetween" --json | grep -q '"tracks": *1' || fail "info does not tell of the track"
echo "done: drawn, stated, undone, moved and found by name in a real window"
