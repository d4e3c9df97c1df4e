/**
 * `compile`, put off until a value first comes along, and done once in this process for all schemas of the same text: a server
 * listens sooner, and one more app in the same process costs next to nothing.
 */
export function compiledOnce<S, V, R>(compile: (schema: S) => (value: V) => R): (schema: S) => (value: V) => R {
  const compiled = new Map<string, (value: V) => R>()
  return (schema) => {
    const text = JSON.stringify(schema)
    let own: ((value: V) => R) | undefined
    const find = () => {
      const found = compiled.get(text) ?? compile(schema)
      compiled.set(text, found)
      return found
    }
    return (value) => {
      own ??= find()
      return own(value)
    }
  }
}
