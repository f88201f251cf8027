/** The list of stories, with the chosen one in a frame. */
import { useState } from "react";
import styles from "./Catalogue.module.css";
import type { Story } from "./story";

const THEMES = ["light", "dark", "contrast"] as const;
const LANGUAGES = ["plain", "long", "rtl"] as const;

export function Catalogue({ stories }: { stories: readonly Story[] }) {
  const [id, setId] = useState(stories[0]?.id ?? "");
  const [theme, setTheme] = useState<string>("light");
  const [language, setLanguage] = useState<string>("plain");
  const address = `?story=${id}&theme=${theme}&language=${language}`;
  return (
    <main className={styles.catalogue}>
      <nav className={styles.list} aria-label="Stories">
        <h1 className="type-title">Sotto gallery</h1>
        {[
          { options: THEMES, value: theme, set: setTheme },
          { options: LANGUAGES, value: language, set: setLanguage },
        ].map(({ options, value, set }) => (
          <div key={options[0]} className={styles.switches}>
            {options.map((option) => (
              <button
                key={option}
                type="button"
                aria-pressed={option === value}
                onClick={() => set(option)}
              >
                {option}
              </button>
            ))}
          </div>
        ))}
        <ul>
          {stories.map((story) => (
            <li key={story.id}>
              <button type="button" aria-current={story.id === id} onClick={() => setId(story.id)}>
                {story.id}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <iframe className={styles.frame} title={id} src={address} />
    </main>
  );
}
