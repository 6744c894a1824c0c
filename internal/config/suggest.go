package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// unknownKey says what is wrong with a key that the section does not have, and where it belongs or which was meant.
func unknownKey(name, section string, t reflect.Type) (text, hint string) {
	if isSecretKey(name) {
		return join(section, name) + " is a credential", hintSecrets
	}
	text = fmt.Sprintf("unknown key %s", show(name))
	if section != "" {
		text += " in " + section
	}
	if hint = didYouMean(name, keysOf(t)); hint != "" {
		return text, hint
	}
	for _, k := range leaves(Default()) {
		if k.name() == strings.ToLower(name) && k.section() != section {
			return text, "it belongs under " + orTop(k.section())
		}
	}
	if names := keysOf(t); len(names) > 0 {
		return text, "the keys here are " + strings.Join(names, ", ")
	}
	return text, ""
}

func orTop(section string) string {
	if section == "" {
		return "the top level"
	}
	return section
}

// isSecretKey says whether a key looks as if its value were a credential.
func isSecretKey(name string) bool {
	switch strings.TrimPrefix(plain(name), "tencentcloud") {
	case "secret", "secretid", "secretkey", "accesskey", "accesskeyid", "accesskeysecret", "apikey", "appid",
		"token", "sessiontoken", "securitytoken", "password", "passwd":
		return true
	}
	return false
}

func keysOf(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// didYouMean is the hint that names the nearest of the words, or empty when none is near.
func didYouMean(name string, words []string) string {
	best, least := "", len(plain(name))/3+2
	for _, w := range words {
		if d := distance(plain(name), plain(w)); d < least {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// plain is a key without what people spell in more than one way: maxHeight, max-height and MAX_HEIGHT are one.
func plain(name string) string {
	const most = 64 // longer than any key; keeps distance cheap
	if len(name) > most {
		name = name[:most]
	}
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// distance counts the letters to insert, delete, change or swap with their neighbour to make b of a.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = slices.Min([]int{last[j] + cost, last[j+1] + 1, row[j] + 1})
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
