/** The image's health check: exits with 0 where the address given, or Ops-Core's own `/health`, answers with a 2xx. */
const [address = 'http://127.0.0.1:8000/health'] = process.argv.slice(2)

// Below the 3 s that the container engine waits, so that the reason is said.
const answer = await fetch(address, { signal: AbortSignal.timeout(2_500) }).catch((error: unknown) => error)

if (answer instanceof Response && answer.ok) process.exit(0)
console.error(`${address}: ${answer instanceof Response ? `answered ${answer.status}` : answer}`)
process.exit(1)
