/** The sign of Ops-Core: a core, and what it reaches. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true">
      <rect width="20" height="20" rx="5.5" />
      <path d="M10 3.5v2.5M10 14v2.5M3.5 10H6M14 10h2.5" />
      <circle cx="10" cy="10" r="2.4" />
    </svg>
  )
}
