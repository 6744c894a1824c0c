// Package page finds what an HTML page links to, and visits pages through colly.
//
// Parse is one pass of a tokenizer over the body: no tree is built, so that depth costs nothing and broken markup loses
// nothing. Everything that it emits is absolute and in the normal form of package urlkey. Visitor opens pages; it is
// the only place that knows colly.
package page
