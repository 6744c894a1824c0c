// Package edgeonetest is the prefetch API of Tencent EdgeOne as a real HTTP server, for tests of whatever warms a cache
// through it: with edgewarm's packages, with the official SDK, or with the edgewarm command itself. NewServer starts one:
//
//	srv := edgeonetest.NewServer(edgeonetest.Options{
//		Zones: []edgeonetest.Zone{{ID: "zone-1", Hosts: []string{"cdn.example.com"}}},
//		Daily: 500,
//	})
//	defer srv.Close()
//	api := &submitter.EdgeOne{Endpoint: srv.URL}
//
// It verifies each signature, so that the client needs credentials: DefaultSecretID and DefaultSecretKey, unless Options has
// Accounts. It keeps the quota and the rate, answers with the API's own error codes, moves tasks to their end, and goes wrong
// in the ways that it is told to (Fault). What it was asked and what it accepted is read by Requests, Accepted and Summary, or
// from outside at /_simulator/history and /_simulator/summary.
//
// # Virtual time
//
// A day's quota, tasks that take minutes and answers that are lost need not be waited for: inside testing/synctest, which
// cannot wait for sockets, give Simulator.Transport to the client in place of a server.
//
// # What it is not
//
// It is written from the public description of the API alone and shares no code with the client, so that a mistake in one
// shows in the other. What no public source tells is a field of Options. It opens no target: Options say what becomes of each.
package edgeonetest
