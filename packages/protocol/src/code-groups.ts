/** The code of a link or an invite in groups of four, which are easier to copy by hand; it counts with and without the dashes. */
export const inGroups = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-')
