/** What a service answers to a client: an open port alone is no proof that it works. */

/** The JSON that `url` answers; throws unless it is JSON with a status of 200. */
export async function answerOf(url, signal) {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.json();
}
