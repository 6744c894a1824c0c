package main

import (
	"strconv"

	"github.com/spf13/cobra"
)

// maxWaitQuota is the most resets that are waited for: what was found a week ago is better looked for again.
const maxWaitQuota = 7

// waitQuota is a flag that counts resets of the quota.
type waitQuota int

func bindWaitQuota(cmd *cobra.Command, days *int) {
	flag := cmd.Flags().VarPF((*waitQuota)(days), "wait-quota", "", "when the day's quota is spent, go on after its reset, for so many `DAYS`")
	flag.NoOptDefVal = "1"
}

func (w *waitQuota) String() string { return strconv.Itoa(int(*w)) }

func (w *waitQuota) Type() string { return "days" }

// Set reads a number of days.
func (w *waitQuota) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxWaitQuota {
		return usage("--wait-quota, or --wait-quota=3", "want a number of days up to %d", maxWaitQuota)
	}
	*w = waitQuota(n)
	return nil
}
