/** A place in a log: every event up to `seq` has been seen, in this life of the store. */
export interface Place {
  epoch: string
  seq: number
}

export function placeOf(cursor: string): Place {
  const dot = cursor.lastIndexOf('.')
  return { epoch: cursor.slice(0, dot), seq: Number(cursor.slice(dot + 1)) }
}
