/** The primitives in their states, on one page. */
import { Bell, Check, Info, ShieldQuestionMark, TriangleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Avatar } from "~/components/Avatar";
import { Badge } from "~/components/Badge";
import { Banner } from "~/components/Banner";
import { Name } from "~/components/Bdi";
import { Button } from "~/components/Button";
import { Card } from "~/components/Card";
import { Checkbox } from "~/components/Checkbox";
import { CopyField } from "~/components/CopyField";
import { EmptyState } from "~/components/EmptyState";
import { IconButton } from "~/components/IconButton";
import { Kbd } from "~/components/Kbd";
import { Progress } from "~/components/Progress";
import { RadioGroup } from "~/components/RadioGroup";
import { Select } from "~/components/Select";
import { Spinner } from "~/components/Spinner";
import { Switch } from "~/components/Switch";
import { Tabs } from "~/components/Tabs";
import { Tag, type Tone } from "~/components/Tag";
import { TextArea } from "~/components/TextArea";
import { TextField } from "~/components/TextField";
import styles from "./components.module.css";
import type { Story } from "./story";

const TONES: readonly Tone[] = ["plain", "accent", "ok", "warn", "danger", "pq"];
const VARIANTS = ["primary", "quiet", "outline", "ghost", "danger"] as const;
const AVATARS = [
  "Mara Lindqvist",
  "ليلى عبد الرحمن",
  "👩‍🚀 Sky",
  "x",
  "",
  "شירה",
  "Ωmega Point",
  "١٢",
];

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.group} aria-label={title}>
      <h2 className="type-heading">{title}</h2>
      {children}
    </section>
  );
}

function Buttons() {
  return (
    <Group title="Buttons">
      <div className={styles.row}>
        {VARIANTS.map((variant) => (
          <Button key={variant} variant={variant}>
            {variant}
          </Button>
        ))}
        <Button variant="primary" busy>
          Busy
        </Button>
        <Button disabled>Disabled</Button>
        <Button size="small" icon={Check}>
          Small
        </Button>
        <IconButton icon={Bell} label="Bell" />
        <IconButton icon={Bell} label="Pressed" pressed />
        <Kbd keys="Ctrl K" />
      </div>
    </Group>
  );
}

function Fields() {
  const [on, setOn] = useState(true);
  const [choice, setChoice] = useState<"one" | "two">("one");
  return (
    <Group title="Fields">
      <TextField label="Text" hint="A hint under it" defaultValue="Something" />
      <TextField label="Refused" error="This is not an address." defaultValue="nonsense" />
      <TextArea label="Area" defaultValue={"Several\nlines"} />
      <Select
        label="Select"
        value="a"
        onValueChange={() => undefined}
        options={[{ value: "a", label: "First" }]}
      />
      <Switch label="Switch" hint="With a hint" checked={on} onCheckedChange={setOn} />
      <Checkbox label="Checkbox" checked={on} onCheckedChange={setOn} />
      <RadioGroup
        label="Cards"
        cards
        value={choice}
        onValueChange={setChoice}
        options={[
          { value: "one", label: "One", hint: "The first" },
          { value: "two", label: "Two", hint: "The second" },
        ]}
      />
      <CopyField label="Copy" value="0123456789abcdef" grouped={4} />
    </Group>
  );
}

function Words() {
  return (
    <Group title="Words">
      <div className={styles.row}>
        {AVATARS.map((name, index) => (
          <Avatar key={name} name={name} hue={index} size={44} />
        ))}
        <Badge count={4} label="4 unread" />
        <Badge count={1250} label="1,250 unread" muted />
      </div>
      <div className={styles.row}>
        {TONES.map((tone) => (
          <Tag key={tone} tone={tone} icon={ShieldQuestionMark} soft>
            {tone}
          </Tag>
        ))}
      </div>
      <Name text={`A very long name ${"that goes on and on ".repeat(8)}`} />
      {TONES.map((tone) => (
        <Card key={tone} tone={tone} icon={Info} title={`A card that is ${tone}`}>
          One sentence about it.
        </Card>
      ))}
      <Banner tone="warn" icon={TriangleAlert} actions={<Button size="small">Try now</Button>}>
        Not connected for 3 min.
      </Banner>
      <Progress label="Half" value={50} />
      <Progress label="Unknown" />
      <Spinner now label="Loading" />
      <EmptyState icon={Bell} title="Nothing yet" text="It appears here." />
    </Group>
  );
}

function Page() {
  const [tab, setTab] = useState<"one" | "two">("one");
  return (
    <main className={styles.page}>
      <h1 className="type-title">Components</h1>
      <Buttons />
      <div className={styles.columns}>
        <Fields />
        <Words />
      </div>
      <Tabs
        label="Tabs"
        value={tab}
        onValueChange={setTab}
        tabs={[
          { value: "one", label: "One", panel: <p>First panel</p> },
          { value: "two", label: "Two", panel: <p>Second panel</p> },
        ]}
      />
    </main>
  );
}

export const stories: readonly Story[] = [
  { id: "components", render: () => <Page />, sizes: [[1120, 1500]] },
];
