/** A check in a broken line: handed over, but nobody says that it came. */
export function DashedCheck({ size = 14, className }: { size?: number; className?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2.2}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
      aria-hidden="true"
    >
      <path d="M3 13l5.5 5.5M11.6 15.4l3.6-3.8M18 8.8l3-3.1" />
    </svg>
  );
}
