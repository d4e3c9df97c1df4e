/** Places in what a thread of streams shares with who started it. */
export const received = 0
export const expected = 1
