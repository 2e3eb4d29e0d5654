#!/usr/bin/perl
# rebox.pl IN OUT CHANGE...: an MP4 or MOV file with other boxes, as files from elsewhere have them and FFmpeg writes
# none. Its moov must be its last box but for free ones: what follows would move.
#   drop=TYPE    every box of that type becomes a free one (ctts, stss, edts, ...)
#   elst=EDITS   the first track's edit list: DURATION:MEDIA_TIME[:RATE], by commas; duration in ticks of the movie,
#                media time in ticks of the track (-1: nothing is shown), rate 1 unless stated
#   stts=RUNS    the first track's sample durations: COUNT:TICKS, by commas
#   ctts=RUNS    the first track's composition offsets: COUNT:TICKS, by commas; may be negative
#   stss=LIST    the first track's sync samples, counted from 1
use strict;
use warnings;

my %containers = map { $_ => 1 } qw(moov trak mdia minf stbl edts);
my ($in, $out, @changes) = @ARGV;

sub parse {
    my ($data) = @_;
    my @boxes;
    for (my $at = 0; $at < length $data;) {
        my ($size, $type) = unpack 'N a4', substr $data, $at, 8;
        my $header = 8;
        ($size, $header) = (unpack('Q>', substr $data, $at + 8, 8), 16) if $size == 1;
        $size = length($data) - $at if $size == 0;
        my $body = substr $data, $at + $header, $size - $header;
        push @boxes, {type => $type, $containers{$type} ? (boxes => parse($body)) : (body => $body)};
        $at += $size;
    }
    return \@boxes;
}

sub text {
    my ($boxes) = @_;
    return join '', map {
        my $body = $_->{boxes} ? text($_->{boxes}) : $_->{body};
        pack('N a4', 8 + length $body, $_->{type}) . $body;
    } @$boxes;
}

sub each_box {
    my ($boxes, $visit) = @_;
    for my $box (@$boxes) {
        $visit->($box);
        each_box($box->{boxes}, $visit) if $box->{boxes};
    }
}

sub child {
    my ($box, $type) = @_;
    my ($found) = grep { $_->{type} eq $type } @{$box->{boxes}};
    if (!$found) {
        $found = {type => $type, $containers{$type} ? (boxes => []) : (body => '')};
        # An edit list stands before the media it edits.
        $type eq 'edts' ? splice(@{$box->{boxes}}, 1, 0, $found) : push @{$box->{boxes}}, $found;
    }
    return $found;
}

sub pairs { return map { [split /:/] } split /,/, $_[0] }

open my $file, '<:raw', $in or die "$in: $!\n";
my $data = do { local $/; <$file> };
my $boxes = parse($data);
my ($moov) = grep { $_->{type} eq 'moov' } @$boxes or die "$in: no moov\n";
my ($trak) = grep { $_->{type} eq 'trak' } @{$moov->{boxes}};
my $stbl = child(child(child($trak, 'mdia'), 'minf'), 'stbl');

for (@changes) {
    my ($what, $value) = split /=/, $_, 2;
    if ($what eq 'drop') {
        each_box($boxes, sub { $_[0]{type} = 'free' if $_[0]{type} eq $value });
    } elsif ($what eq 'elst') {
        my @edits = pairs($value);
        child(child($trak, 'edts'), 'elst')->{body} = pack('N N', 0, scalar @edits)
            . join '', map { pack 'N l> N', $_->[0], $_->[1], int(65536 * ($_->[2] // 1)) } @edits;
    } elsif ($what eq 'stts' || $what eq 'ctts') {
        my @runs = pairs($value);
        child($stbl, $what)->{body} = pack('N N', $what eq 'ctts' ? 1 << 24 : 0, scalar @runs)
            . join '', map { pack 'N l>', @$_ } @runs;
    } elsif ($what eq 'stss') {
        my @samples = split /,/, $value;
        child($stbl, 'stss')->{body} = pack 'N N N*', 0, scalar @samples, @samples;
    } else {
        die "rebox.pl: $what: no such change\n";
    }
}

open my $result, '>:raw', $out or die "$out: $!\n";
print $result text($boxes);
close $result or die "$out: $!\n";
