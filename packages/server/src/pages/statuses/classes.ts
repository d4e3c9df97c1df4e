/** The five classes of statuses, by their first digit (RFC 9110, section 15). */
export const classes: Record<string, { name: string; means: string }> = {
  1: { name: 'Informational', means: 'A sign along the way; the answer is still to come.' },
  2: { name: 'Successful', means: 'The request was received, understood and carried out.' },
  3: { name: 'Redirection', means: 'You need to take one more step: look elsewhere, or use what you already have.' },
  4: {
    name: 'Client Error',
    means: 'The request is at fault. Repeating it unchanged will not help, except after 408 and 429.'
  },
  5: { name: 'Server Error', means: 'The server is at fault. The same request may succeed later.' }
}
