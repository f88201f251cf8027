import styles from "./Avatar.module.css";
import { initials } from "./names";

export interface AvatarProps {
  name: string;
  /** 0 to 11, by hash of the key: the same name with another key looks different. */
  hue: number;
  size?: 28 | 36 | 44 | 56 | 80;
}

/** The picture of a person: letters on the colour of the key. Decorative: the name stands beside it. */
export function Avatar({ name, hue, size = 44 }: AvatarProps) {
  const background = `var(--avatar-${Math.abs(Math.trunc(hue)) % 12})`;
  return (
    <span
      className={styles.avatar}
      style={{ width: size, height: size, fontSize: Math.round(size * 0.35), background }}
      aria-hidden
    >
      {initials(name)}
    </span>
  );
}
