package ledger

import (
	"context"
	"time"
)

const (
	// keptAge is how long a plan is kept. What it did can be told once plan.ttl is over and the logs of that time have come,
	// two or three days later; the rest is for who was away for a week and has logs of a week to wait for.
	keptAge = 14 * 24 * time.Hour
	// keptAnyway is how many of the newest are kept however old they are, for a job that runs once a week.
	keptAnyway = 7
	// keptBytes bounds all of them: eight of the largest size, or eleven days of hourly runs that find 100,000 URLs, 2 MB, each.
	keptBytes = 512 << 20
	// keptRuns bounds their number, since each run looks over all of them: a run every ten minutes for two weeks.
	keptRuns = 2016
)

// keptPlan is what there is to know of a plan without reading it: whose it is, its size, and how much its run sent.
type keptPlan struct {
	run             int64
	began           time.Time
	day             string
	bytes, accepted int64
}

// keptRoom is how much there is for plans.
type keptRoom struct {
	bytes int64
	runs  int
}

// thinPlans lets go of plans that are too old, and of those that there is no room for.
func (l *Ledger) thinPlans(ctx context.Context, tx *tx) error {
	kept, err := l.keptPlans(ctx, tx)
	if err != nil {
		return err
	}
	room := keptRoom{keptBytes, keptRuns}
	if l.o.room != (keptRoom{}) {
		room = l.o.room
	}
	for _, run := range room.surplus(kept, l.now().Add(-keptAge)) {
		if _, err := tx.exec(ctx, `DELETE FROM plans WHERE run = ?`, run); err != nil {
			return err
		}
	}
	return nil
}

// keptPlans are those that are kept, the newest first.
func (l *Ledger) keptPlans(ctx context.Context, tx *tx) ([]keptPlan, error) {
	rows, err := tx.QueryContext(ctx, l.statement(`SELECT p.run, p.bytes, COALESCE(r.started, 0), COALESCE(b.accepted, 0)
		FROM (SELECT run, CAST(SUM(LENGTH(body)) AS BIGINT) AS bytes FROM plans GROUP BY run) p
		LEFT JOIN runs r ON r.id = p.run
		LEFT JOIN (SELECT run, CAST(SUM(accepted) AS BIGINT) AS accepted FROM batches GROUP BY run) b ON b.run = p.run
		ORDER BY p.run DESC`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var kept []keptPlan
	for rows.Next() {
		var p keptPlan
		var began int64
		if err := rows.Scan(&p.run, &p.bytes, &began, &p.accepted); err != nil {
			return nil, err
		}
		p.began = fromMillis(began)
		p.day = l.Day(p.began)
		kept = append(kept, p)
	}
	return kept, rows.Err()
}

// surplus are the runs whose plans go, of all that are kept, the newest first. Where there is no room for all that began
// since then, the oldest go first, and those last that sent most of their quota day: these are what the effect can be told
// of, while hourly runs after them add little. The newest stays.
func (room keptRoom) surplus(kept []keptPlan, since time.Time) (gone []int64) {
	young := make([]keptPlan, 0, len(kept))
	bytes := int64(0)
	for i, p := range kept {
		if i >= keptAnyway && p.began.Before(since) {
			gone = append(gone, p.run)
			continue
		}
		young = append(young, p)
		bytes += p.bytes
	}
	runs, main := len(young), mainOfDays(young)
	for _, ofMain := range []bool{false, true} {
		for i := len(young) - 1; i > 0 && (bytes > room.bytes || runs > room.runs); i-- {
			if p := &young[i]; (main[p.day] == p.run) == ofMain {
				gone = append(gone, p.run)
				bytes -= p.bytes
				runs--
			}
		}
	}
	return gone
}

// mainOfDays is the run of each quota day that sent most, the first of those that sent as much.
func mainOfDays(kept []keptPlan) map[string]int64 {
	main, most := map[string]int64{}, map[string]int64{}
	for _, p := range kept {
		if p.accepted >= most[p.day] {
			main[p.day], most[p.day] = p.run, p.accepted
		}
	}
	return main
}
