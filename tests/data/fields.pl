#!/usr/bin/perl
# fields.pl OUT PICTURES: an H.264 stream of 96x64 whose pictures are coded as frames (F), as pairs of fields (T: top
# first, B: bottom first), as one field alone (t, b), or begin anew with a pair (I), in the order of the letters in
# PICTURES. FFmpeg has no encoder that does so. Macroblocks stand as plain samples, in a later picture only the first
# ones, whose brightness is the picture's number.
# source: ITU-T H.264 7.3.2.1, 7.3.2.2, 7.3.3, 7.3.4, 7.4.1.1.
use strict;
use warnings;

my ($out, $pictures) = @ARGV;
my ($columns, $rows) = (6, 4);
my $bits = '';

sub u { my ($count, $value) = @_; $bits .= substr unpack('B32', pack 'N', $value), 32 - $count if $count > 0 }
sub ue { my $text = sprintf '%b', $_[0] + 1; $bits .= '0' x (length($text) - 1) . $text }

# The bits so far as a unit, without start codes inside.
sub unit {
    my ($head) = @_;
    $bits .= '1';
    $bits .= '0' while length($bits) % 8;
    my $bytes = pack 'B*', $bits;
    $bits = '';
    1 while $bytes =~ s/\x00\x00([\x00-\x03])/\x00\x00\x03$1/;
    return "\x00\x00\x00\x01" . chr($head) . $bytes;
}

sub samples {
    my ($brightness) = @_;
    $bits .= '0' while length($bits) % 8;
    # 0 would need escapes, which the substitution above makes one by one.
    $bits .= unpack 'B*', chr($brightness) x 256 . "\x80" x 128;
}

my $frame_num = 0;
my $order = 0;

# One frame or field. Kinds: frame, top, bottom.
sub picture {
    my ($kind, $begins, $intra, $number, $order_now) = @_;
    my $blocks = $columns * $rows / ($kind eq 'frame' ? 1 : 2);
    ue(0);
    ue($intra ? 7 : 5);
    ue(0);
    u(4, $frame_num % 16);
    u(1, $kind eq 'frame' ? 0 : 1);
    u(1, $kind eq 'bottom' ? 1 : 0) if $kind ne 'frame';
    ue(0) if $begins;
    u(8, $order_now % 256);
    if (!$intra) {
        u(1, 0);    # as many references as the parameter set says
        u(1, 0);    # in their usual order
    }
    $begins ? u(2, 0) : u(1, 0);
    ue(0);    # slice_qp_delta
    ue(1);    # no deblocking
    for my $block (0 .. $blocks - 1) {
        last if !$intra && $block == 2;
        ue(0) if !$intra;                    # none left out before it
        ue($intra ? 25 : 30);
        samples(16 + ($number * 3 + $block * 5) % 200);
    }
    ue($blocks - 2) if !$intra;    # the rest is as it was
    return unit($begins ? 0x65 : 0x61);
}

my $stream = '';
# Sequence: Main, level 2, order by 8 bits, 2 references, pairs of fields allowed.
u(8, 77); u(8, 0); u(8, 20); ue(0); ue(0); ue(0); ue(4); ue(2); u(1, 0); ue($columns - 1); ue($rows / 2 - 1);
u(1, 0); u(1, 0); u(1, 1); u(1, 0); u(1, 0);
$stream .= unit(0x67);
# Pictures: no arithmetic coding, deblocking as slices say.
ue(0); ue(0); u(1, 0); u(1, 0); ue(0); ue(0); ue(0); u(1, 0); u(2, 0); ue(0); ue(0); ue(0); u(1, 1); u(1, 0); u(1, 0);
$stream .= unit(0x68);

my $number = 0;
for my $letter (split //, $pictures) {
    my $begins = $letter eq 'I' || $number == 0;
    ($frame_num, $order) = (0, 0) if $begins;
    my @parts = $letter eq 'F' ? ('frame') : $letter eq 'B' ? qw(bottom top) : $letter eq 't' ? ('top')
        : $letter eq 'b' ? ('bottom') : qw(top bottom);
    for my $part (0 .. $#parts) {
        $stream .= picture($parts[$part], $begins && $part == 0, $begins, $number, $order + $part);
    }
    ++$frame_num;
    $order += 2;
    ++$number;
}
open my $file, '>:raw', $out or die "$out: $!\n";
print $file $stream;
close $file or die "$out: $!\n";
