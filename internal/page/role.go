package page

// role is how a page names a link; a number, as it is part of the key of what was seen.
type role uint8

const (
	roleA role = iota
	roleArea
	roleImg
	roleSrcset
	roleLazy
	roleVideo
	roleAudio
	roleSource
	roleTrack
	rolePoster
	roleIframe
	roleFrame
	roleEmbed
	roleObject
	roleScript
	roleImportMap
	rolePrefetch
	roleUse
	roleBackground
	roleCSS
	rolePlayer
	roleStylesheet
	roleCanonical
	roleAlternate
	rolePreload
	roleModulePreload
	roleIcon
	roleManifest
	roleNext
	rolePrev
	roleAMP
	roleSitemap
	roleLink
	roleOGVideo
	roleOGImage
	roleOGAudio
	roleTwitterPlayer
	roleTwitterImage
	roleMeta
	roleRefresh
	roleJSONLD
	roleMicrodata
	roleScriptText
	roleAttribute
	roleNoscript
	roleLocation
	roleContentLocation
)

var roleNames = [...]string{
	roleA: "a", roleArea: "area", roleImg: "img", roleSrcset: "srcset", roleLazy: "lazy", roleVideo: "video",
	roleAudio: "audio", roleSource: "source", roleTrack: "track", rolePoster: "poster", roleIframe: "iframe",
	roleFrame: "frame", roleEmbed: "embed", roleObject: "object", roleScript: "script", roleImportMap: "importmap",
	rolePrefetch: "prefetch", roleUse: "use", roleBackground: "background", roleCSS: "css", rolePlayer: "player",
	roleStylesheet: "stylesheet", roleCanonical: "canonical", roleAlternate: "alternate", rolePreload: "preload",
	roleModulePreload: "modulepreload", roleIcon: "icon", roleManifest: "manifest", roleNext: "next", rolePrev: "prev",
	roleAMP: "amphtml", roleSitemap: "sitemap", roleLink: "link", roleOGVideo: "og:video", roleOGImage: "og:image",
	roleOGAudio: "og:audio", roleTwitterPlayer: "twitter:player", roleTwitterImage: "twitter:image", roleMeta: "meta",
	roleRefresh: "refresh", roleJSONLD: "json-ld", roleMicrodata: "microdata", roleScriptText: "inline-script",
	roleAttribute: "attribute", roleNoscript: "noscript", roleLocation: "location", roleContentLocation: "content-location",
}

func (r role) String() string { return roleNames[r] }
