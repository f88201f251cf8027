/** The mark of the product, as in icons/source.svg: a message that gets quieter. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="48 48 928 928" aria-hidden="true">
      <rect x="48" y="48" width="928" height="928" rx="212" fill="var(--color-bubble-out)" />
      <path
        fill="var(--color-on-out)"
        d="M360 248H664A152 152 0 0 1 816 400V520A152 152 0 0 1 664 672H508L345 808C329 821 306 810 306 789V662A152 152 0 0 1 208 520V400A152 152 0 0 1 360 248Z"
      />
      <g fill="var(--color-bubble-out)">
        <circle cx="372" cy="460" r="76" />
        <circle cx="546" cy="460" r="54" />
        <circle cx="680" cy="460" r="34" />
      </g>
    </svg>
  );
}
