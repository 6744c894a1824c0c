// Package submitter sends URLs to a service that warms them, Tencent EdgeOne by its CreatePrefetchTask, so that every
// unit of quota is spent once, on the right URL, whatever breaks.
//
// A Submitter does the work; EdgeOne is the API that it calls, and a Journal is where it remembers what it sent:
//
//	s := &submitter.Submitter{API: &submitter.EdgeOne{Credentials: credentials}}
//	summary, err := s.Submit(ctx, slices.Values(targets))
//
// Another service is warmed by whatever implements API, three methods that make one request each.
//
// # Order
//
// Targets of one zone are sent in the order in which they come, one call of a zone at a time; zones go side by side. A
// batch is cut when the pace lets it go: as many targets as the zone's quota allows in one call, and no more than are
// left of its day. When that does not reach, what is left of the zone is Deferred, in order. One that is not full waits
// for as long as Gather says for what else the sequence has.
//
// Urgent targets come beside the sequence and are in the very next call of their zone, before all that wait, those that
// were waiting already included. A call under way, or one that is made again, is not broken off for them.
//
// # Failures
//
// The API has no key that makes a call safe to repeat. So each error is met by its Class:
//
//   - ClassUnknown: a lost answer, a 5xx. Nothing is sent again before the service's tasks were asked for the batch's
//     URLs, for as long as Propagation says. Those found are Accepted; the others are sent again.
//   - ClassBadTarget: one URL of the batch is refused, and the whole with it. The batch is halved until the URL is
//     known; it is Refused with the service's reason, and the others are sent.
//   - ClassBatchQuota: the quota is read again and batches are halved.
//   - ClassDailyQuota: the quota is read again; what it does not reach for is Deferred, or waits for AwaitQuota.
//   - ClassSlowDown: all calls are slowed to half the pace, which recovers with the calls that go well.
//   - ClassRetry: sent again after a while, Retries times, and no more than a tenth of all batches.
//   - ClassUnauthorized: everything stops.
//   - ClassOther: the zone stops.
//
// A URL on the service's list of failed ones is Refused alone. With a Journal the intent of a call is committed before
// it and the outcome after it, so a process that is killed leaves at most one batch a zone in doubt, which the next
// Submit or Reconcile asks for; a Journal that fails stops everything before anything is lost track of.
//
// # Limits
//
// Calls of all kinds wait for one Limiter, 20 a second when none is set, and are spaced so that no sliding second at
// the server holds more, however long they take to arrive. A batch has MaxBatch targets at most. At most 65,536 targets
// of a zone wait in memory, beside the URLs that were sent, which are kept to tell repeated ones.
package submitter
