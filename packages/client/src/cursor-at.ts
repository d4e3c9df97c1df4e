/** The place of another event in the same log: `cursorAt('7f3a7f3a.57', 42)` is `7f3a7f3a.42`. */
export const cursorAt = (cursor: string, seq: number | string): string => cursor.replace(/\d+$/, String(seq))
