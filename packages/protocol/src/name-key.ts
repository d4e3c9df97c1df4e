/** What two spellings of one name have in common: names are unique by this (NFKC and lower case). */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC')
