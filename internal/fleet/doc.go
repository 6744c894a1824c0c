// Package fleet shares one crawl, and the reading of logs, among worker processes on many machines, as jobs of River
// (riverqueue.com) in the PostgreSQL database that holds the ledger.
//
// # What the workers do
//
// A crawl of one process is a walk in one order, whose crawler.Memory says of documents that were only just read that they
// need not be asked for again. Workers fill that memory: they open documents in whatever order they come to them, and write
// what each lists into the ledger. When nothing is left to open, the process that holds the ledger, the coordinator, walks
// as if it were alone and is asked for next to nothing. So its plan is the same, byte for byte, whoever opened what, and a
// document that the workers left out costs a request.
//
// # The protocol
//
// The coordinator begins a crawl: a row of fleet_crawls with what workers need to know of it, and its seeds in
// fleet_frontier. The frontier holds each document of a crawl once, by the hash of its key; it is the set of what was seen.
// Its rows are cut into batches, each the work of one job: a sitemap, or some pages or playlists. A job has no more than the
// numbers of its crawl and batch.
//
// A job opens its documents, and then does all of this in one transaction, or none of it:
//
//   - the fence: its row in river_job is locked, and must still be running, by this worker, in this attempt;
//   - what the documents listed is copied to the ledger;
//   - the documents that they lead to, those that are new, go to the frontier and become jobs;
//   - the job completes.
//
// So there is no moment at which a kill loses anything, and what it costs is that the documents of the job are opened again.
// A job that takes long, or whose worker is to stop, gives what it has not begun back, as a job of its own.
//
// # Logs
//
// Access logs are read in the same way: the coordinator asks for those that are new to it (fleet_logs), each the work of one
// job, which writes down all requests that the log tells of, in their order (fleet_transcripts; see the package transcript).
// The coordinator counts these in the order in which it would have read the logs, while workers are at later ones. So what
// it counts is the same, byte for byte. A log that no worker can read, it reads itself.
//
// # Workers that die
//
// Each worker says once a second that it is alive, by the database's clock. One that was not heard of for some seconds is
// dead: whoever notices, another worker or the coordinator, cancels its running jobs and inserts each anew, in one
// transaction. A worker that was only slow finds its jobs cancelled, which nothing undoes, and writes nothing. River's own
// rescue of stuck jobs, after an hour, is what remains for jobs whose worker lives and hangs.
//
// # Bounds
//
// How many documents a crawl opens and how many bytes of listings are remembered is looked at as a job ends, without waiting
// for the others that end just then: workers may do somewhat more. It is the coordinator's walk that bounds the crawl, as it
// does one process's; what workers did not open or remember for a bound's sake it asks for itself.
//
// # Which workers take part
//
// Workers whose settings would have them list something else must not take part. The name of a crawl's queue is a digest of
// the settings and the version, so that they never see its jobs; they say which settings differ.
package fleet
