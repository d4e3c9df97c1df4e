/** The five classes of statuses, by their first digit (RFC 9110, section 15). */
export const classes: Record<string, { name: string; means: string }> = {
  1: { name: 'Informational', means: 'A sign on the way: the answer is still to come.' },
  2: { name: 'Successful', means: 'It was received, understood and done.' },
  3: { name: 'Redirection', means: 'One more step is yours: look there, or use what you have.' },
  4: {
    name: 'Client Error',
    means: 'Something is wrong with the request. To repeat it unchanged is of no use, 408 and 429 aside.'
  },
  5: { name: 'Server Error', means: 'Something is wrong with the server. The same request may succeed later.' }
}
