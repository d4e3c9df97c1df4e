/** Where a server is that was started without any flag. */
export const serverDefault = 'http://127.0.0.1:1543'

/** The room that is there from the start, and for everybody. */
export const roomDefault = 'general'
