/** An RFC 3339 time in UTC as people are told it in a sentence: `2026-11-23 09:41 UTC`. */
export const minute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
