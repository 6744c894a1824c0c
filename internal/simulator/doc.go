// Package simulator is the prefetch API of Tencent EdgeOne as a real HTTP server, for tests, for the demo, and for users
// who want to try a pipeline without an account.
//
// It is written from the public description of the API alone and shares no code with the client, so that a mistake in
// one shows in the other. It verifies each signature, keeps the quota and the rate, answers with the API's own error
// codes, moves tasks to their end, and goes wrong in the ways that it is told to (Fault). What it was asked and what it
// accepted is read by Requests, Accepted and Summary, or from outside at /_simulator/history and /_simulator/summary.
//
// What no public source tells is a field of Options.
package simulator
