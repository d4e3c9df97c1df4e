/** So many of something, as it is said: `1 room`, `2 rooms`. */
export const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
