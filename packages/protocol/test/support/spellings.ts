import { formerNameKey, nameKey } from '../../src/name-key.ts'

/** A name as others may write it, who mean the same. */
export const spellingsOf = (name: string): string[] => [
  nameKey(name),
  formerNameKey(name),
  name.normalize('NFC').toUpperCase(),
  name.normalize('NFC').toLowerCase(),
  ...(['NFC', 'NFD', 'NFKC', 'NFKD'] as const).map((form) => name.normalize(form))
]
