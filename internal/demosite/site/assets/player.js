// The player of the site: it takes the playlist from the element, or the camera where there is none.
const camera = "/live/channel.m3u8";

for (const video of document.querySelectorAll("video[data-player]")) {
	const source = video.querySelector("source");
	video.src = source ? source.src : camera;
}
