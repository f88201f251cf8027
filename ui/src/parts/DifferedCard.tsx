/** What was compared with a contact differed, and nothing has matched since. */
import { ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Card } from "~/components/Card";
import { useDay } from "~/components/useDay";
import { dayMonth } from "~/i18n/format";
import { T } from "~/i18n/T";
import { t } from "~/i18n/t";

export interface DifferedCardProps {
  readonly name: string;
  /** When, ms since 1970. */
  readonly at: number;
  readonly actions?: ReactNode;
  readonly testid: string;
}

export function DifferedCard({ name, at, actions, testid }: DifferedCardProps) {
  const now = useDay();
  return (
    <Card
      tone="danger"
      icon={ShieldAlert}
      title={t("verify.differed")}
      actions={actions}
      testid={testid}
    >
      <T id="verify.differedText" values={{ name, date: dayMonth(at, now) }} />
    </Card>
  );
}
