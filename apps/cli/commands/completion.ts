import { TegataError } from "@tegata/errors";
import { type Command, defineCommand } from "../command.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/**
 * `tegata completion SHELL`: a script that has the shell ask `tegata __complete WORD ...` for words, so that names of
 * objects complete, too.
 */
export const completion = defineCommand({
  name: "completion",
  summary: "Print a completion script for bash, zsh or fish",
  description: "Example:\n  source <(tegata completion bash)",
  arguments: [{ name: "shell", help: SHELLS.join(", ") }],
  usesCluster: false,
  async run([shell = ""], _, { stdout }) {
    const script = SCRIPTS[shell];
    if (script === undefined) {
      throw new TegataError({
        kind: "invalid-input",
        code: "SHELL_UNKNOWN",
        message: `there is no completion for "${shell}"`,
        remedy: `Use one of ${SHELLS.join(", ")}.`,
      });
    }
    stdout.write(script);
    return 0;
  },
});

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_tegata() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _tegata tegata ./tegata
`,
  zsh: `#compdef tegata
_tegata() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _tegata tegata
`,
  fish: `complete -c tegata -f -a '(tegata __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};

/**
 * The words that may come next.
 *
 * @param words - what was typed after `tegata`; the last one is being typed and may be empty.
 * @param names - names of the objects of a kind; silent when the cluster does not answer.
 */
export async function completeWords(
  commands: readonly Command[],
  words: readonly string[],
  names: (kind: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const [first = "", ...rest] = words;
  const current = words.at(-1) ?? "";
  if (words.length <= 1)
    return startingWith(
      commands.map(({ name }) => name),
      first,
    );
  const command = commands.find(({ name }) => name === first);
  if (command === undefined) return [];
  if (current.startsWith("-")) return startingWith(optionWords(command), current);
  if (command.name === "completion") return startingWith([...SHELLS], current);
  const position = rest.filter((word) => !word.startsWith("-")).length;
  if (command.arguments?.[0]?.name !== "kind") return [];
  if (position <= 1) return startingWith(["externalsecrets", "secretstores", "clustersecretstores"], current);
  return startingWith(await names(rest[0] ?? ""), current);
}

function optionWords({ options = [], usesCluster }: Command): string[] {
  const flags = [
    ...options.map(({ flags: text }) => text),
    ...(usesCluster ? ["--namespace", "--context", "--kubeconfig"] : []),
    "--help",
  ];
  return flags.flatMap((text) => text.match(/--[a-z-]+/g) ?? []);
}

function startingWith(words: readonly string[], start: string): string[] {
  return words.filter((word) => word.startsWith(start));
}
