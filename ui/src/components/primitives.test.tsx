/** The primitives by their roles and keys, each checked by axe. */
import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Search, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { expectNoAxeFaults } from "~/test/axe";
import { AlertDialog } from "./AlertDialog";
import { Avatar } from "./Avatar";
import { Badge } from "./Badge";
import { Banner } from "./Banner";
import { Bdi, Name } from "./Bdi";
import { Button } from "./Button";
import { Card } from "./Card";
import { Checkbox } from "./Checkbox";
import { CopyField, inGroups } from "./CopyField";
import { Dialog } from "./Dialog";
import { EmptyState } from "./EmptyState";
import { IconButton } from "./IconButton";
import { ContextMenu, Menu, MenuItem, MenuSeparator } from "./Menu";
import { Progress } from "./Progress";
import { RadioGroup } from "./RadioGroup";
import { Select } from "./Select";
import { Spinner } from "./Spinner";
import { Switch } from "./Switch";
import { Tabs } from "./Tabs";
import { Tag } from "./Tag";
import { TextArea } from "./TextArea";
import { TextField } from "./TextField";
import { showToast, Toaster } from "./Toast";

const show = (element: ReactNode) => render(<main>{element}</main>);

function Opened() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Open</Button>
      <Dialog open={open} onOpenChange={setOpen} title="Rename" description="A name for you only">
        <TextField label="Name" />
      </Dialog>
    </>
  );
}

function Area() {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const [row, setRow] = useState<HTMLElement | null>(null);
  return (
    <>
      <button type="button" ref={setRow} onClick={() => setAt({ x: 10, y: 20 })}>
        Row
      </button>
      <ContextMenu at={at} onClose={() => setAt(null)} returnTo={row}>
        <MenuItem onSelect={() => undefined}>Copy</MenuItem>
      </ContextMenu>
    </>
  );
}

function Two(props: { panelsBeginWithField?: boolean }) {
  const [value, setValue] = useState<"a" | "b">("a");
  return (
    <Tabs
      label="Parts"
      value={value}
      onValueChange={setValue}
      {...props}
      tabs={[
        { value: "a", label: "First", panel: <p>One</p> },
        { value: "b", label: "Second", panel: <p>Two</p> },
      ]}
    />
  );
}

describe("Button", () => {
  it("is pressed by mouse and keys", async () => {
    const onClick = vi.fn();
    show(<Button onClick={onClick}>Save</Button>);
    const button = screen.getByRole("button", { name: "Save" });
    await userEvent.click(button);
    await userEvent.keyboard("{Enter} ");
    expect(onClick).toHaveBeenCalledTimes(3);
    await expectNoAxeFaults();
  });

  it("keeps name and focus while it is busy, and takes no press", async () => {
    const onClick = vi.fn();
    show(
      <Button busy onClick={onClick}>
        Save
      </Button>,
    );
    const button = screen.getByRole("button", { name: "Save" });
    await userEvent.click(button);
    expect(onClick).not.toHaveBeenCalled();
    expect(button).toBe(document.activeElement);
    expect(button.getAttribute("aria-disabled")).toBe("true");
    await expectNoAxeFaults();
  });
});

describe("IconButton", () => {
  it("has its label as name and tells whether it is pressed", async () => {
    show(<IconButton icon={Search} label="Search" pressed />);
    expect(screen.getByRole("button", { name: "Search", pressed: true })).toBeTruthy();
    await expectNoAxeFaults();
  });
});

describe("Dialog", () => {
  it("traps the focus, closes by Escape and gives the focus back", async () => {
    show(<Opened />);
    const opener = screen.getByRole("button", { name: "Open" });
    await userEvent.click(opener);
    const dialog = await screen.findByRole("dialog", { name: "Rename" });
    expect(dialog.getAttribute("aria-describedby")).not.toBe(null);
    const close = within(dialog).getByRole("button", { name: "Close" });
    const field = within(dialog).getByRole("textbox", { name: "Name" });
    // From the last stop to the first the focus goes a frame after the key.
    const focused = (stop: HTMLElement) => waitFor(() => expect(document.activeElement).toBe(stop));
    await focused(close);
    for (const stop of [field, close, field]) {
      await userEvent.tab();
      await focused(stop);
    }
    await expectNoAxeFaults();
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBe(null));
    await waitFor(() => expect(document.activeElement).toBe(opener));
  });
});

describe("AlertDialog", () => {
  it("puts the focus of a dangerous question on Cancel", async () => {
    const onAction = vi.fn();
    const onOpenChange = vi.fn();
    show(
      <AlertDialog
        open
        onOpenChange={onOpenChange}
        title="Delete?"
        action="Delete"
        onAction={onAction}
        danger
      >
        It is gone then.
      </AlertDialog>,
    );
    const dialog = await screen.findByRole("alertdialog", { name: "Delete?" });
    const cancel = within(dialog).getByRole("button", { name: "Cancel" });
    await waitFor(() => expect(document.activeElement).toBe(cancel));
    await expectNoAxeFaults();
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect(onAction).toHaveBeenCalledOnce();
    await userEvent.click(cancel);
    expect(onOpenChange).toHaveBeenCalledWith(false, expect.anything());
  });
});

describe("Menu", () => {
  it("opens by key, is walked by arrows and chooses by Enter", async () => {
    const onSelect = vi.fn();
    show(
      <Menu trigger={<Button>More</Button>}>
        <MenuItem onSelect={() => undefined}>Rename</MenuItem>
        <MenuSeparator />
        <MenuItem icon={Trash2} danger onSelect={onSelect}>
          Delete
        </MenuItem>
      </Menu>,
    );
    screen.getByRole("button", { name: "More" }).focus();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("menu");
    await expectNoAxeFaults();
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(onSelect).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.queryByRole("menu")).toBe(null));
  });
});

describe("ContextMenu", () => {
  it("opens at a place, closes by Escape and gives the focus to the row", async () => {
    show(<Area />);
    await userEvent.click(screen.getByRole("button", { name: "Row" }));
    expect(await screen.findByRole("menuitem", { name: "Copy" })).toBeTruthy();
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("menu")).toBe(null));
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole("button", { name: "Row" })),
    );
  });
});

describe("fields", () => {
  it("TextField ties its help and its fault to the control", async () => {
    show(<TextField label="Id" hint="As they told you" error="Already added" defaultValue="x" />);
    const field = screen.getByRole("textbox", { name: "Id" });
    const described = (field.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent);
    expect(described).toEqual(["As they told you", "Already added"]);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByRole("alert").textContent).toBe("Already added");
    await expectNoAxeFaults();
  });

  it("TextArea and Select have their names", async () => {
    const onValueChange = vi.fn();
    show(
      <>
        <TextArea label="Key" hideLabel />
        <Select
          label="Size"
          value="14"
          onValueChange={onValueChange}
          options={[
            { value: "14", label: "Usual" },
            { value: "16", label: "Large" },
          ]}
        />
      </>,
    );
    expect(screen.getByRole("textbox", { name: "Key" })).toBeTruthy();
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Size" }), "Large");
    expect(onValueChange).toHaveBeenCalledWith("16");
    await expectNoAxeFaults();
  });

  it("Switch, Checkbox and RadioGroup act on a press", async () => {
    const [onSwitch, onCheck, onRadio] = [vi.fn(), vi.fn(), vi.fn()];
    show(
      <>
        <Switch
          label="Enter sends"
          hint="Ctrl Enter always does"
          checked={false}
          onCheckedChange={onSwitch}
        />
        <Checkbox label="I agree" checked={false} onCheckedChange={onCheck} />
        <RadioGroup
          label="Colours"
          value="dark"
          onValueChange={onRadio}
          options={[
            { value: "dark", label: "Dark" },
            { value: "light", label: "Light", hint: "By day" },
          ]}
          cards
        />
      </>,
    );
    await userEvent.click(screen.getByRole("switch", { name: "Enter sends" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "I agree" }));
    await userEvent.click(screen.getByRole("radio", { name: "Light" }));
    expect(onSwitch.mock.calls[0]?.[0]).toBe(true);
    expect(onCheck).toHaveBeenCalledWith(true);
    expect(onRadio).toHaveBeenCalledWith("light");
    expect(screen.getByRole("group", { name: "Colours" })).toBeTruthy();
    await expectNoAxeFaults();
  });
});

describe("Tabs", () => {
  it("are walked by arrows", async () => {
    show(<Two />);
    screen.getByRole("tab", { name: "First" }).focus();
    await userEvent.keyboard("{ArrowRight}{Enter}");
    expect(screen.getByRole("tabpanel", { name: "Second" }).textContent).toBe("Two");
    await expectNoAxeFaults();
  });

  it("have panels that keys can scroll unless a field stands first in them", async () => {
    const { unmount } = show(<Two />);
    await userEvent.tab();
    await userEvent.tab();
    expect(screen.getByRole("tabpanel")).toBe(document.activeElement);
    unmount();
    show(<Two panelsBeginWithField />);
    await userEvent.tab();
    await userEvent.tab();
    expect(screen.getByRole("tabpanel")).not.toBe(document.activeElement);
  });
});

describe("marks and notices", () => {
  it("say in words what they show in colour", async () => {
    show(
      <>
        <h1>Page</h1>
        <Avatar name="Mara Lindqvist" hue={3} />
        <Badge count={1200} label="1,200 unread" />
        <Tag tone="warn" icon={Search}>
          No forward secrecy
        </Tag>
        <Banner tone="danger" actions={<Button>Try now</Button>}>
          The disk is full.
        </Banner>
        <Card tone="ok" title="Verified" actions={<Button>View</Button>}>
          You compared codes.
        </Card>
        <EmptyState icon={Search} title="Nothing found" text="Try other words" />
        <Progress label="Opening the history" value={40} />
        <Spinner label="Connecting" now />
      </>,
    );
    expect(screen.getByText("1,200 unread")).toBeTruthy();
    expect(screen.getByText("999+").getAttribute("aria-hidden")).not.toBe(null);
    expect(screen.getByRole("alert").textContent).toContain("The disk is full.");
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("40");
    expect(screen.getByText("Connecting")).toBeTruthy();
    await expectNoAxeFaults();
  });

  it("a badge of none is nothing", () => {
    const { container } = render(<Badge count={0} label="none" />);
    expect(container.textContent).toBe("");
  });

  it("a spinner waits before it is seen", () => {
    vi.useFakeTimers();
    try {
      render(<Spinner label="Loading" />);
      expect(screen.queryByText("Loading")).toBe(null);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("names of others", () => {
  const hostile = "\u202Eevil <b>bold</b> ✔";

  it("keep their direction to themselves and stay text", () => {
    render(
      <p>
        Added by <Bdi text={hostile} />, <Name text={hostile} />.
      </p>,
    );
    const [bdi, name] = screen.getAllByText(hostile);
    expect(bdi?.tagName).toBe("BDI");
    expect(name?.getAttribute("dir")).toBe("auto");
    expect(document.querySelector("b")).toBe(null);
  });
});

describe("CopyField", () => {
  it("shows groups and copies the whole", async () => {
    const user = userEvent.setup();
    show(
      <>
        <CopyField label="Fingerprint" value="0123456789abcdef" grouped={4} />
        <Toaster />
      </>,
    );
    expect(screen.getByRole("group", { name: "Fingerprint" }).textContent).toBe(
      "0123 4567 89ab cdef",
    );
    await expectNoAxeFaults();
    await user.click(screen.getByRole("button", { name: "Copy Fingerprint" }));
    expect(await navigator.clipboard.readText()).toBe("0123456789abcdef");
    expect(await screen.findByText("Fingerprint copied")).toBeTruthy();
  });

  it.each([
    ["abcdef", 4, "abcd ef"],
    ["", 4, ""],
    ["👍👍👍", 2, "👍👍 👍"],
  ])("groups %j by %d", (value, size, expected) => {
    expect(inGroups(value, size)).toBe(expected);
  });
});

describe("Toast", () => {
  it("is heard over an open dialog", async () => {
    show(
      <>
        <p>The page</p>
        <Toaster />
        <Dialog open onOpenChange={() => undefined} title="Rename" />
      </>,
    );
    await screen.findByRole("dialog");
    // The page around a dialog is hidden from screen readers.
    const hidden = "[aria-hidden=true], [inert]";
    await waitFor(() => expect(screen.getByText("The page").closest(hidden)).not.toBe(null));
    act(() => showToast({ text: "Saved" }));
    const toast = await screen.findByText("Saved");
    expect(toast.closest("[aria-live=polite]")).not.toBe(null);
    expect(toast.closest(hidden)).toBe(null);
  });

  it("is spoken, is held by the pointer and goes by itself", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
      show(<Toaster />);
      showToast({ text: "Held", tone: "danger" });
      const toast = await screen.findByText("Held");
      expect(toast.closest("[role=status]")).not.toBe(null);
      await user.hover(toast);
      vi.advanceTimersByTime(20_000);
      expect(screen.queryByText("Held")).not.toBe(null);
      await user.unhover(toast);
      vi.advanceTimersByTime(6_100);
      await waitFor(() => expect(screen.queryByText("Held")).toBe(null));
    } finally {
      vi.useRealTimers();
    }
  });

  it("does its action and closes", async () => {
    const onSelect = vi.fn();
    show(<Toaster />);
    showToast({ text: "Deleted", action: { label: "Undo", onSelect } });
    await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
    expect(onSelect).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.queryByText("Deleted")).toBe(null));
  });
});
