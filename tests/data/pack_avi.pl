#!/usr/bin/perl
# pack_avi.pl IN.m4v OUT.avi packed|plain|dropped: an MPEG-4 stream as old recorders put it into an AVI.
#   packed    a picture and the first B-picture behind it share a chunk, and an empty picture stands in at the end
#   plain     a picture a chunk
#   dropped   every seventh chunk but a sync frame is empty, or holds a picture that is not coded, in turn
# source: DivX's user data "DivX503b1393p" as FFmpeg's h263 and MPEG-4 decoders read it; AVI RIFF File Reference.
use strict;
use warnings;

my ($in, $out, $how) = @ARGV;
open my $file, '<:raw', $in or die "$in: $!\n";
my $data = do { local $/; <$file> };

# Pictures, each with what stands before it.
my @pictures;
my $head = '';
for my $unit (split /(?=\x00\x00\x01[\x00\xB0-\xB6\x20])/, $data) {
    $head .= $unit;
    next if substr($unit, 0, 4) ne "\x00\x00\x01\xB6";
    push @pictures, {text => $head, kind => ord(substr $unit, 4, 1) >> 6, head => substr $unit, 4, 4};
    $head = '';
}
# A picture that is not coded: kind P, no whole second, a time of no ticks, vop_coded 0. 25 ticks take 5 bits.
my $empty = "\x00\x00\x01\xB6" . pack 'B*', '01' . '0' . '1' . '00000' . '1' . '0' . '01111';

my @chunks;
if ($how eq 'packed') {
    $pictures[0]{text} =~ s/(?=\x00\x00\x01\xB6)/\x00\x00\x01\xB2DivX503b1393p/;
    for (my $i = 0; $i < @pictures;) {
        my $end = $i + 1;
        ++$end while $end < @pictures && $pictures[$end]{kind} == 2;
        my @group = map { $_->{text} } @pictures[$i .. $end - 1];
        push @chunks, @group > 1 ? (join('', @group[0, 1]), @group[2 .. $#group], $empty) : @group;
        $i = $end;
    }
} else {
    for my $i (0 .. $#pictures) {
        my $text = $pictures[$i]{text};
        $text = $i % 14 < 7 ? '' : $empty if $how eq 'dropped' && $i % 7 == 6 && $pictures[$i]{kind} != 0;
        push @chunks, $text;
    }
}

my ($movi, $index) = ('movi', '');
for my $chunk (@chunks) {
    my $sync = $chunk =~ /\x00\x00\x01\xB6[\x00-\x3F]/s ? 0x10 : 0;
    $index .= pack 'a4 V3', '00dc', $sync, length $movi, length $chunk;
    $movi .= pack('a4 V', '00dc', length $chunk) . $chunk . ("\0" x (length($chunk) % 2));
}
sub box { my ($name, $body) = @_; return pack('a4 V', $name, length $body) . $body }
my $count = @chunks;
my $avih = box('avih', pack 'V14', 40000, 0, 0, 0x10, $count, 0, 1, 0, 96, 64, 0, 0, 0, 0);
my $strh = box('strh', pack 'a4 a4 V v v V8 v4', 'vids', 'DX50', 0, 0, 0, 0, 1, 25, 0, $count, 0, 0, 0, 0, 0, 96, 64);
my $strf = box('strf', pack 'V3 v2 a4 V5', 40, 96, 64, 1, 24, 'DX50', 96 * 64 * 3, 0, 0, 0, 0);
my $hdrl = box('LIST', 'hdrl' . $avih . box('LIST', "strl$strh$strf"));
open my $result, '>:raw', $out or die "$out: $!\n";
print $result box('RIFF', 'AVI ' . $hdrl . box('LIST', $movi) . box('idx1', $index));
close $result or die "$out: $!\n";
