package config

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const (
	keyCredentials = "account.credentials"
	hintSecrets    = "secrets are never in this file: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment"
)

// isScalar says whether a value of the type is one word in the file.
func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Slice, reflect.Map:
		return false
	case reflect.Struct:
		return t == reflect.TypeFor[Reserve]()
	}
	return true
}

// setScalar sets v from text, and returns what is wrong with it and what to do. The file and the environment share it.
func setScalar(v reflect.Value, key string, tag reflect.StructTag, text string) (wrong, hint string) {
	text = strings.TrimSpace(text)
	if words := tag.Get("oneof"); words != "" {
		return setWord(v, key, strings.Fields(words), text)
	}
	if text == tag.Get("auto") && text != "" {
		v.SetInt(AutoQuota)
		return "", ""
	}
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		return setDuration(p, key, text)
	case *Reserve:
		return setReserve(p, key, text)
	case *Size:
		return setSize(p, key, text)
	case *string:
		*p = text
	case *bool:
		return setBool(p, key, text)
	case *float64:
		return setFloat(p, key, text)
	default:
		return setInt(v, key, tag, text)
	}
	return "", ""
}

// setWord takes one of a few words. A value that is none of them is not repeated in the error for credentials: it may be
// a secret that was put in the wrong place.
func setWord(v reflect.Value, key string, words []string, text string) (wrong, hint string) {
	for _, w := range words {
		if text == w {
			v.SetString(w)
			return "", ""
		}
	}
	list := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	hint = didYouMean(text, words)
	if key == keyCredentials {
		if hint == "" {
			hint = hintSecrets
		}
		return key + " is not one of " + list, hint
	}
	return fmt.Sprintf("%s is %s, which is not one of %s", key, show(text), list), hint
}

func setBool(p *bool, key, text string) (wrong, hint string) {
	switch text {
	case "true", "false":
		*p = text == "true"
		return "", ""
	}
	switch strings.ToLower(text) {
	case "yes", "on", "y", "1", "t":
		hint = "write true"
	case "no", "off", "n", "0", "f":
		hint = "write false"
	default:
		hint = didYouMean(text, []string{"true", "false"})
	}
	return fmt.Sprintf("%s is %s, which is not true or false", key, show(text)), hint
}

func setInt(v reflect.Value, key string, tag reflect.StructTag, text string) (wrong, hint string) {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, v.Type().Bits())
	if err == nil && n >= 0 {
		v.SetInt(n)
		return "", ""
	}
	want := "a whole number from 0"
	if auto := tag.Get("auto"); auto != "" {
		want = auto + " or " + want
		hint = didYouMean(text, []string{auto})
	}
	return fmt.Sprintf("%s is %s, which is not %s", key, show(text), want), hint
}

func setFloat(p *float64, key, text string) (wrong, hint string) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Sprintf("%s is %s, which is not a number", key, show(text)), ""
	}
	*p = f
	return "", ""
}

func setReserve(p *Reserve, key, text string) (wrong, hint string) {
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		f, err := strconv.ParseFloat(strings.TrimSpace(percent), 64)
		if err == nil && f >= 0 && f <= 100 {
			*p = Reserve{Percent: f}
			return "", ""
		}
	} else if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		*p = Reserve{Units: n}
		return "", ""
	}
	return fmt.Sprintf("%s is %s, which is neither a share such as 10%% nor a number of units", key, show(text)), ""
}

// show quotes a value of the user in an error, cut where it is long.
func show(text string) string {
	const most = 80
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return strconv.Quote(text)
}
