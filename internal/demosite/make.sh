#!/usr/bin/env bash
# Makes site/vod, site/live, site/audio and site/img again with ffmpeg (5.1 or later, with libx264 and aac):
#
#	internal/demosite/make.sh [DIR]     # DIR is internal/demosite/site when left out
#
# The playlists are as ffmpeg writes them, but for vod/aurora/master.m3u8, to which the I-frame list is added: ffmpeg
# knows no EXT-X-I-FRAME-STREAM-INF. Media files are cut to their first bytes and their real sizes kept in sizes.tsv, so
# that the server can fill them up again. One thread and bitexact flags make a second run give the same files where
# ffmpeg and its codecs are the same.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
site=${1:-$here/site}
keep=320 # bytes of each media file
fps=${FPS:-25} preset=${PRESET:-veryfast} rate=${RATE:-48000} # fewer and faster: other media in files of the same names

rm -rf "$site/vod" "$site/live" "$site/audio" "$site/img"
mkdir -p "$site/img"

ff() { ffmpeg -nostdin -hide_banner -loglevel error -y -threads 1 "$@"; }

exact=(-fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1)
x264=(-c:v libx264 -preset "$preset" -profile:v main -x264-params threads=1:scenecut=0 -pix_fmt yuv420p -r "$fps" -g $((2 * fps)))
aac=(-c:a aac -ac 2 -ar "$rate")

picture() { # SECONDS HUE: a moving test picture, another colour for each title
	printf 'testsrc2=size=640x360:rate=%s:duration=%s,hue=h=%s' "$fps" "$1" "$2"
}
tone() { printf 'sine=frequency=%s:sample_rate=%s:duration=%s' "$2" "$rate" "$1"; }

# aurora: fMP4, a ladder of three, audio in two languages, an I-frame list.
aurora() {
	local dir=$site/vod/aurora
	mkdir -p "$dir"
	(cd "$dir" && ff -f lavfi -i "$(picture 16 0)" -f lavfi -i "$(tone 16 330)" -f lavfi -i "$(tone 16 440)" \
		-filter_complex '[0:v]split=3[v1][v2][v3];[v2]scale=426:240[v2s];[v3]scale=256:144[v3s]' \
		-map '[v1]' -map '[v2s]' -map '[v3s]' -map 1:a -map 2:a "${exact[@]}" "${x264[@]}" "${aac[@]}" \
		-b:v:0 1800k -b:v:1 900k -b:v:2 400k -b:a 96k \
		-f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags independent_segments \
		-hls_fmp4_init_filename 'init.mp4' -hls_segment_filename '%v/seg-%05d.m4s' -master_pl_name ladder.m3u8 \
		-var_stream_map 'v:0,agroup:audio,name:360p v:1,agroup:audio,name:240p v:2,agroup:audio,name:144p a:0,agroup:audio,name:audio-en,language:en,default:yes a:1,agroup:audio,name:audio-de,language:de' \
		'%v/index.m3u8')
	mkdir -p "$dir/iframes"
	(cd "$dir/iframes" && ff -f lavfi -i "$(picture 16 0)" -an "${exact[@]}" "${x264[@]}" -r 1 -g 1 -vf scale=256:144 -b:v 60k \
		-f hls -hls_time 1 -hls_playlist_type vod -hls_flags single_file+iframes_only -hls_segment_filename iframes.ts index.m3u8)
	{
		cat "$dir/ladder.m3u8"
		echo '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=66000,RESOLUTION=256x144,CODECS="avc1.4d400b",URI="iframes/index.m3u8"'
	} >"$dir/master.m3u8"
	rm "$dir/ladder.m3u8"
}

# breakers: MPEG-TS, a ladder of three with the audio inside.
breakers() {
	local dir=$site/vod/breakers
	mkdir -p "$dir"
	(cd "$dir" && ff -f lavfi -i "$(picture 24 60)" -f lavfi -i "$(tone 24 294)" \
		-filter_complex '[0:v]split=3[v1][v2][v3];[v2]scale=426:240[v2s];[v3]scale=256:144[v3s]' \
		-map '[v1]' -map 1:a -map '[v2s]' -map 1:a -map '[v3s]' -map 1:a "${exact[@]}" "${x264[@]}" "${aac[@]}" \
		-b:v:0 1600k -b:v:1 800k -b:v:2 350k -b:a 64k \
		-f hls -hls_time 4 -hls_playlist_type vod -hls_segment_filename 'v%v-%03d.ts' -master_pl_name master.m3u8 \
		-var_stream_map 'v:0,a:0,name:360p v:1,a:1,name:240p v:2,a:2,name:144p' 'v%v.m3u8')
}

# cipher: AES-128, the key on the same host.
cipher() {
	local dir=$site/vod/cipher
	mkdir -p "$dir/keys"
	printf 'edgewarm demokey' >"$dir/keys/cipher.key"
	printf 'keys/cipher.key\nkeys/cipher.key\n%s\n' 000102030405060708090a0b0c0d0e0f >"$dir/keyinfo"
	(cd "$dir" && ff -f lavfi -i "$(picture 16 120)" -f lavfi -i "$(tone 16 262)" \
		-filter_complex '[0:v]split=2[v1][v2];[v2]scale=256:144[v2s]' \
		-map '[v1]' -map 1:a -map '[v2s]' -map 1:a "${exact[@]}" "${x264[@]}" "${aac[@]}" -b:v:0 1200k -b:v:1 350k -b:a 64k \
		-f hls -hls_time 4 -hls_playlist_type vod -hls_key_info_file keyinfo -hls_segment_filename 'c%v-%d.ts' \
		-master_pl_name master.m3u8 -var_stream_map 'v:0,a:0 v:1,a:1' 'c%v.m3u8')
	rm "$dir/keyinfo"
}

# drift: one file a rendition, addressed by byte ranges, the init section among them.
drift() {
	local dir=$site/vod/drift
	mkdir -p "$dir"
	(cd "$dir" && ff -f lavfi -i "$(picture 20 180)" -f lavfi -i "$(tone 20 392)" \
		-filter_complex '[0:v]split=2[v1][v2];[v2]scale=256:144[v2s]' \
		-map '[v1]' -map 1:a -map '[v2s]' -map 1:a "${exact[@]}" "${x264[@]}" "${aac[@]}" -b:v:0 1400k -b:v:1 350k -b:a 64k \
		-f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags single_file \
		-hls_segment_filename 'drift-%v.mp4' -master_pl_name master.m3u8 -var_stream_map 'v:0,a:0 v:1,a:1' 'drift-%v.m3u8')
}

# ember: MPEG-TS with subtitles in segments.
ember() {
	local dir=$site/vod/ember
	mkdir -p "$dir"
	(cd "$dir" && ff -f lavfi -i "$(picture 16 240)" -f lavfi -i "$(tone 16 349)" -i "$here/subtitles.srt" \
		-map 0:v -map 1:a -map 2:s "${exact[@]}" "${x264[@]}" "${aac[@]}" -c:s webvtt -b:v 900k -b:a 64k \
		-f hls -hls_time 4 -hls_playlist_type vod -hls_segment_filename 'e%v-%d.ts' -hls_subtitle_path subs.m3u8 \
		-master_pl_name master.m3u8 -var_stream_map 'v:0,a:0,s:0,sgroup:subs,language:en' 'e%v.m3u8')
}

# harbour: a series, one rendition an episode and no multivariant playlist but for the first. Starting ffmpeg takes longer
# than what it makes here: it is started once for all that is alike.
harbour() {
	local n dir in=() out=()
	for n in 1 2 3 4 5 6; do
		dir=$site/vod/harbour/e0$n
		mkdir -p "$dir"
		in+=(-f lavfi -i "$(picture 20 $((n * 50)))" -f lavfi -i "$(tone 20 $((200 + n * 40)))")
		out+=(-map $((2 * n - 2)):v -map $((2 * n - 1)):a "${exact[@]}" "${x264[@]}" "${aac[@]}" -s 426x240 -b:v 500k -b:a 64k
			-f hls -hls_time 4 -hls_playlist_type vod -hls_segment_filename "$dir/seg%d.ts" "$dir/index.m3u8")
	done
	ff "${in[@]}" "${out[@]}"
}

# live: a window of a channel that goes on; what has left the window is gone.
live() {
	local dir=$site/live
	mkdir -p "$dir"
	(cd "$dir" && ff -f lavfi -i "$(picture 32 300)" -f lavfi -i "$(tone 32 523)" \
		-map 0:v -map 1:a "${exact[@]}" "${x264[@]}" "${aac[@]}" -s 426x240 -b:v 500k -b:a 64k \
		-f hls -hls_time 4 -hls_list_size 4 -hls_delete_threshold 1 -hls_flags delete_segments+omit_endlist \
		-hls_segment_filename 'channel-%d.ts' channel.m3u8)
	# ffmpeg keeps what left the window for a while longer; a day later it is gone.
	local f
	for f in "$dir"/channel-*.ts; do
		grep -qx "$(basename "$f")" "$dir/channel.m3u8" || rm "$f"
	done
}

# podcast: audio alone, in packed AAC segments, and the episodes as files.
podcast() {
	local dir=$site/audio n in=() out=()
	mkdir -p "$dir"
	for n in 1 2 3; do
		in+=(-f lavfi -i "$(tone 20 $((220 * n)))")
		out+=(-map "$n:a" "${exact[@]}" "${aac[@]}" -b:a 96k "episode-$n.m4a")
	done
	(cd "$dir" && ff -f lavfi -i "$(tone 30 220)" "${in[@]}" -map 0:a "${exact[@]}" "${aac[@]}" -b:a 96k -f hls -hls_time 10 \
		-hls_playlist_type vod -hls_segment_type mpegts -hls_segment_filename 'talk-%d.ts' talk.m3u8 "${out[@]}")
}

pictures() {
	local n=0 name in=() out=()
	for name in aurora breakers cipher drift ember harbour-e01 harbour-e02 harbour-e03 harbour-e04 harbour-e05 harbour-e06 live talk; do
		in+=(-ss 2 -f lavfi -i "$(picture 4 $((n * 27)))")
		out+=(-map "$n:v" -frames:v 1 -s 320x180 -q:v 24 "${exact[@]}" "$site/img/$name.jpg"
			-map "$n:v" -frames:v 1 -s 112x63 -q:v 24 "${exact[@]}" "$site/img/$name-small.jpg")
		n=$((n + 1))
	done
	ff "${in[@]}" "${out[@]}"
}

# cut keeps the first bytes of each media file and writes down how long it was.
cut_media() {
	(cd "$site" && find vod live audio -type f ! -name '*.m3u8' ! -name '*.vtt' ! -name '*.key' | LC_ALL=C sort |
		while read -r f; do
			printf '%s\t%s\n' "$f" "$(stat -c %s "$f")"
			truncate -s "<$keep" "$f"
		done >sizes.tsv)
}

aurora && breakers && cipher && drift && ember && harbour && live && podcast && pictures && cut_media
