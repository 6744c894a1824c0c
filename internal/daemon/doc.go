// Package daemon runs edgewarm again and again: when schedules say so, when events come, and when somebody asks. One run
// goes at a time, as one process holds the ledger; a run that is due while the same one goes or waits is refused.
//
//	schedules ─┐
//	events    ─┼─▶ queue ─▶ one run at a time ─▶ ledger, metrics, webhook
//	by hand   ─┘
//
// A Daemon's loop owns all of its state; what others see of it is its Status.
package daemon
