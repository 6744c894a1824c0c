package page_test

import "net/http"

const pageURL = "https://www.example.com/shows/page.html"

// cases are pages and what they link to, as "kind role url" with " nofollow" where it is set; relative URLs of the
// expectation stand for https://www.example.com. They are the seeds of the fuzz test too.
var cases = []struct {
	name, body string
	header     http.Header
	want       []string
}{
	{name: "anchors", body: `<a href="a.html">x</a><A HREF='/b'>y</A><a href=c>z</a><a name=n>`,
		want: []string{"page a /shows/a.html", "page a /b", "page a /shows/c"}},
	{name: "each once", body: `<a href=a><a href=./a#x><a href="a">`, want: []string{"page a /shows/a"}},
	{name: "itself", body: `<a href="#top"><a href="">`, want: []string{"page a /shows/page.html"}},
	{name: "other schemes", body: `<a href="mailto:a@b"><a href="javascript:x()"><img src="data:image/png;base64,AA"><a href="tel:1">`},
	{name: "kind by name", body: `<a href=a.m3u8><a href=a.MP4?x><a href=a.pdf><a href=a.jpg><a href=a.vtt><a href=s.xml.gz><a href=a.php>`,
		want: []string{"playlist a /shows/a.m3u8", "media a /shows/a.MP4?x", "asset a /shows/a.pdf", "image a /shows/a.jpg",
			"subtitle a /shows/a.vtt", "sitemap a /shows/s.xml.gz", "page a /shows/a.php"}},
	{name: "kind by type", body: `<a type="application/vnd.apple.mpegurl" href=live><source src=x type="application/x-mpegURL; codecs=1">`,
		want: []string{"playlist a /shows/live", "playlist source /shows/x"}},
	{name: "area", body: `<map><area href=/m></map>`, want: []string{"page area /m"}},
	{name: "entities and wrapped", body: "<a href='/a?x=1&amp;y=2&lt'><a href=\" /wr\n\tapped \">",
		want: []string{"page a /a?x=1&y=2%3C", "page a /wrapped"}},
	{name: "broken markup", body: `<a href="/a"<b>x</a><div <a href=/c <p><img src='/d.png`,
		want: []string{"page a /a"}},
	{name: "comments", body: `<!-- <a href=/no> --><!--[if IE]><a href=/no><![endif]--><a href=/yes>`, want: []string{"page a /yes"}},
	{name: "nofollow", body: `<a rel="external NoFollow" href=/a><a href=/b rel=next>`,
		want: []string{"page a /a nofollow", "page a /b"}},
	{name: "robots meta", body: `<link rel=next href=/n><meta name=ROBOTS content="noindex, NOFOLLOW"><a href=/a>`,
		want: []string{"page next /n nofollow", "page a /a nofollow"}},
	{name: "robots header", body: `<a href=/a>`, header: http.Header{"X-Robots-Tag": {"googlebot: noindex", "nofollow"}},
		want: []string{"page a /a nofollow"}},
	{name: "base", body: `<link rel=next href=n><base href="/base/x"><base href="/other/"><a href=a><a href="?q"><a href="#f">`,
		want: []string{"page next /base/n", "page a /base/a", "page a /base/x?q", "page a /base/x"}},
	{name: "base is no URL", body: `<base href="javascript:1"><a href=a>`, want: []string{"page a /shows/a"}},
	{name: "base in a comment", body: `<!--<base href=/no/>--><a href=a>`, want: []string{"page a /shows/a"}},
	{name: "images", body: `<img src=/a.png srcset="/a1.png 1x, /a2,b.png 2x,/c.png" data-src=/l.png><img data-srcset="/s.jpg 100w"><input type=image src=/i.gif><td background=/bg.gif>`,
		want: []string{"image img /a.png", "image srcset /a1.png", "image srcset /a2,b.png", "image srcset /c.png",
			"image lazy /l.png", "image lazy /s.jpg", "image img /i.gif", "image background /bg.gif"}},
	{name: "srcset ends with commas", body: `<img srcset="a.jpg,b.jpg, c.jpg 2x (x, y), ,data:image/gif;base64,A= 1x,d.jpg">`,
		want: []string{"image srcset /shows/a.jpg,b.jpg", "image srcset /shows/c.jpg", "image srcset /shows/d.jpg"}},
	{name: "picture", body: `<picture><source srcset="/p.avif 1x" type=image/avif><img src=/p.jpg></picture>`,
		want: []string{"image srcset /p.avif", "image img /p.jpg"}},
	{name: "video", body: `<video src=/v.m3u8 poster=/p><source src=/v.mp4 type="video/mp4"><track src=/t><audio src=/sound></audio></video>`,
		want: []string{"playlist video /v.m3u8", "image poster /p", "media source /v.mp4", "subtitle track /t", "media audio /sound"}},
	{name: "custom players", body: `<mux-player src="/m.m3u8" poster="/p.jpg"></mux-player><my-link href=/page src=/x></my-link>`,
		want: []string{"playlist player /m.m3u8", "image player /p.jpg"}},
	{name: "frames", body: `<iframe src=/f></iframe><frame src=/g><iframe src=about:blank></iframe><iframe data-src="/lazy"></iframe>`,
		want: []string{"page iframe /f", "page frame /g", "page lazy /lazy"}},
	{name: "srcdoc", body: `<iframe srcdoc="&lt;a href=/in>x&lt;/a>&lt;iframe srcdoc='&amp;lt;img src=/deep.png>'>"></iframe><a href=/after>`,
		want: []string{"page a /in", "image img /deep.png", "page a /after"}},
	{name: "objects", body: `<embed src=/e.swf><object data=/o.pdf type=application/pdf><param name=movie value=/m.swf><param name=x value=/no.swf></object>`,
		want: []string{"asset embed /e.swf", "asset object /o.pdf", "asset object /m.swf"}},
	{name: "svg", body: `<svg><title>no</title><use href="/s.svg#i"/><use xlink:href="#local"/><image xlink:href=/i.png /><a xlink:href=/l></svg>`,
		want: []string{"image use /s.svg", "image img /i.png", "page a /l"}},
	{name: "scripts", body: `<script src=/a.js></script><script src=/b type=module></script><script>"<a href=/no>"</script>`,
		want: []string{"asset script /a.js", "asset script /b"}},
	{name: "import map", body: `<script type=importmap>{"imports":{"x":"/x.js","y/":"https://cdn.example/y/"},"integrity":{"/x.js":"sha384-A"}}</script>`,
		want: []string{"asset importmap /x.js", "asset importmap https://cdn.example/y/"}},
	{name: "speculation rules", body: `<script type=speculationrules>{"prefetch":[{"urls":["/n1","n2"]}]}</script>`,
		want: []string{"page prefetch /n1", "page prefetch /shows/n2"}},
	{name: "link tags", body: `<link rel=stylesheet href=/s.css><link rel="shortcut icon" href=/f.ico><link rel=manifest href=/m>
<link rel=canonical href=/c><link rel=next href=/n><link rel=prev href=/p><link rel=amphtml href=/amp><link rel=sitemap href=/sm>
<link rel=modulepreload href=/m.js><link rel=prefetch href=/pf><link rel=dns-prefetch href=//x.example><link rel=search href=/os.xml>
<link rel=alternate hreflang=de href=/de><link rel="alternate" type="application/rss+xml" href=/feed>`,
		want: []string{"asset stylesheet /s.css", "image icon /f.ico", "asset manifest /m", "page canonical /c", "page next /n",
			"page prev /p", "page amphtml /amp", "sitemap sitemap /sm", "asset modulepreload /m.js", "page prefetch /pf",
			"asset link /os.xml", "page alternate /de", "sitemap alternate /feed"}},
	{name: "preloads", body: `<link rel=preload as=image href=/i imagesrcset="/i1 1x,/i2 2x"><link rel=preload as=fetch href=/v.m3u8><link rel=preload as=font href=/f><link rel=preload as=video href=/v><link rel=preload as=track href=/t>`,
		want: []string{"image preload /i", "image preload /i1", "image preload /i2", "playlist preload /v.m3u8", "asset preload /f",
			"media preload /v", "subtitle preload /t"}},
	{name: "styles", body: `<style>@import "/i.css"; @import url(/j.css) screen; @namespace url(http://www.w3.org/1999/xhtml);
a{background:url( "/a.png" ), URL(/b\29 .png)} /* url(/no.png) */ b{content:"url(/no2.png)"} @font-face{src:url('/f.woff2?x')}</style>
<p style="background-image:url(&quot;/q.jpg&quot;)"><p style='x:url(data:image/png;base64,AAAA)'>`,
		want: []string{"asset css /i.css", "asset css /j.css", "image css /a.png", "image css /b).png", "asset css /f.woff2?x", "image css /q.jpg"}},
	{name: "noscript", body: `<head><noscript><link rel=stylesheet href=/n.css></noscript></head><noscript><img src=/n.png></noscript><img src=/a.png>`,
		want: []string{"asset noscript /n.css", "image noscript /n.png", "image img /a.png"}},
	{name: "template", body: `<template><a href=/t></template>`, want: []string{"page a /t"}},
	{name: "meta", body: `<meta property="og:video" content="/v.mp4"><meta property="og:video:secure_url" content="/embed/1">
<meta property=og:image content=/i><meta property=og:audio content=/a.mp3><meta name=twitter:player content=/tp>
<meta name="twitter:player:stream" content=/s.m3u8><meta name=twitter:image content=/ti><meta property=og:image:width content=100>
<meta property=og:url content=/no><meta name=description content=/no>`,
		want: []string{"media og:video /v.mp4", "page og:video /embed/1", "image og:image /i", "media og:audio /a.mp3",
			"page twitter:player /tp", "playlist twitter:player /s.m3u8", "image twitter:image /ti"}},
	{name: "refresh", body: `<meta http-equiv=Refresh content="0.5; URL='/r;x'"><meta http-equiv=refresh content=5><meta http-equiv=refresh content="3;/s">`,
		want: []string{"page refresh /r;x", "page refresh /s"}},
	{name: "JSON-LD", body: `<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"VideoObject","@id":"/no",
"name":"n","contentUrl":"https:\/\/cdn.example\/v.m3u8","embedURL":"/e","thumbnailUrl":["/t1.jpg","/t2"],"CONTENTURL":"/c.mp4"},
{"url":"/u","image":{"@type":"ImageObject","url":"/img"},"sameAs":"/no","logo":"True","caption":"a text"}]}</script>`,
		want: []string{"playlist json-ld https://cdn.example/v.m3u8", "page json-ld /e", "image json-ld /t1.jpg", "image json-ld /t2",
			"media json-ld /c.mp4", "page json-ld /u", "image json-ld /img"}},
	{name: "broken JSON-LD", body: `<script type="application/ld+json">/* c */ [{"a": "a "quo"ted 5" b", "b": "c" // "url": "/no"
'thumbnailUrl': '/t.jpg', "description": "line
end", "it's": 1, "contentUrl": "/v.mp4",}, {"url": "/u", "image": ["/i1.png", {"url":"/i2"}, "/i3"</script>`,
		want: []string{"image json-ld /t.jpg", "media json-ld /v.mp4", "page json-ld /u", "image json-ld /i1.png", "image json-ld /i2", "image json-ld /i3"}},
	{name: "JSON-LD in CDATA", body: "<script type='application/LD+json'><!--//--><![CDATA[//><!--\n{\"contentUrl\":\"/v.mp4\"}\n//--><!]]></script>",
		want: []string{"media json-ld /v.mp4"}},
	{name: "microdata", body: `<div itemscope><meta itemprop="contentURL" content="/v.mp4"><link itemprop=thumbnailUrl href=/t><img itemprop=image src=/i.png><span itemprop=url content=text></div>`,
		want: []string{"media microdata /v.mp4", "image microdata /t", "image img /i.png", "image microdata /i.png"}},
	{name: "playlists in scripts", body: `<script>var a="https:\/\/cdn.example\/a.m3u8?x=1\u0026y=2", b={file:'/b.mpd'}, c="{\"src\":\"https:\\/\\/cdn.example\\/c.m3u8\"}";
if(u.endsWith(".m3u8")||/\.m3u8$/.test(u)) s = base + "/no.m3u8"; t = ` + "`${x}/no.m3u8`" + `; f("%s.m3u8"); // see index.m3u8 there
p="https://player.example/?src=https%3A%2F%2Fcdn.example%2Fd.m3u8%3Fk%3D1&auto=1"; q="https://player.example/?src=https://cdn.example/e.m3u8";</script>
<script type="application/json">{"hls":"\/f\/g.M3U8","type":"application/x-mpegURL"}</script>`,
		want: []string{"playlist inline-script https://cdn.example/a.m3u8?x=1&y=2", "playlist inline-script /b.mpd",
			"playlist inline-script https://cdn.example/c.m3u8", "playlist inline-script https://cdn.example/d.m3u8?k=1",
			"playlist inline-script https://cdn.example/e.m3u8", "playlist inline-script /f/g.M3U8"}},
	{name: "lists of playlists", body: `<script>x="1080=https://h.example/1.m3u8?a=b,720=https://h.example/2.m3u8,/3.m3u8;4.m3u8/5.m3u8"; y = [https://h.example/6.m3u8, /7.m3u8]; z="manifest(format=m3u8-aapl)"; "a.mpdx"</script>`,
		want: []string{"playlist inline-script https://h.example/1.m3u8?a=b", "playlist inline-script https://h.example/2.m3u8",
			"playlist inline-script /3.m3u8", "playlist inline-script https://h.example/6.m3u8",
			"playlist inline-script /7.m3u8"}},
	{name: "playlists in attributes", body: `<div data-player='{"file":"https:\/\/cdn.example\/p.m3u8"}' data-hls="/q.m3u8"><p data-setup="{&quot;src&quot;:&quot;/r.mpd&quot;}">`,
		want: []string{"playlist attribute https://cdn.example/p.m3u8", "playlist lazy /q.m3u8", "playlist attribute /r.mpd"}},
	{name: "headers", body: `<base href=/base/>`, header: http.Header{
		"Link":             {`</s.css>; rel=preload; as=style, <n?a,b>; rel="next nofollow"; title="a, b; c"`, `<i>; rel=preload; as=image; imagesrcset="/i1 1x, /i2 2x", </h>; rel=dns-prefetch`},
		"Location":         {"/loc"},
		"Refresh":          {"3; url=/ref"},
		"Content-Location": {"page.de.html"},
	}, want: []string{"page location /loc", "page refresh /ref", "page content-location /shows/page.de.html", "asset preload /s.css",
		"page next /shows/n?a,b nofollow", "image preload /shows/i", "image preload /i1", "image preload /i2"}},
	{name: "non-ASCII", body: `<meta charset=utf-8><a href="/ü?ü=ü">`, want: []string{"page a /%C3%BC?%C3%BC=%C3%BC"}},
	{name: "GB2312", body: "<meta charset=gb2312><title>\xd6\xd0</title><a href='/\xd6\xd0?q=\xd6\xd0\xe9#\xd6'>", want: []string{"page a /%E4%B8%AD?q=%D6%D0%26%2365533%3B"}},
	{name: "Latin-1 by header", body: "<a href='/\xe9?\xe9'>", header: http.Header{"Content-Type": {"text/html; charset=iso-8859-1"}},
		want: []string{"page a /%C3%A9?%E9"}},
	{name: "query that the charset lacks", body: "<meta charset=iso-8859-1><a href='/?&#20013;'>", want: []string{"page a /?%26%2320013%3B"}},
	{name: "UTF-8 undeclared", body: "<a href='/é'>", want: []string{"page a /%C3%A9"}},
	{name: "Latin-1 undeclared", body: "<a href='/\xe9'>", want: []string{"page a /%C3%A9"}},
	{name: "mark beats header", body: "\xef\xbb\xbf<a href='/é'>", header: http.Header{"Content-Type": {"text/html; charset=latin1"}},
		want: []string{"page a /%C3%A9"}},
	{name: "UTF-16", body: "\xff\xfe<\x00a\x00 \x00h\x00r\x00e\x00f\x00=\x00/\x00\xe9\x00?\x00\xe9\x00>\x00", want: []string{"page a /%C3%A9?%C3%A9"}},
	{name: "not HTML", body: "\x00\x01\x02 plain", want: nil},
	{name: "empty"},
}
