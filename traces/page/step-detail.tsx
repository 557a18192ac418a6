/** What a step did, and the state after it. */

import { inFlightAtEnd, isDeadlock, waitedFor } from "../analysis/deadlock.js";
import { labelOf, type MessageExchange } from "../analysis/messages.js";
import { overtakingInWords } from "../analysis/race.js";
import { isWalk, lengthOf, type Trace } from "../trace.js";
import { differenceOf } from "./difference.js";
import { inFlightAt, nameOfExchange, type PageModel, sectionOf } from "./page-model.js";
import { causalCells, heldBackAt, isChanged, isEmpty, rowName, stateRowsOf, type ValuePair } from "./state-rows.js";

export interface StepDetailProps {
  readonly pageModel: PageModel;
  readonly run: number;
  readonly index: number;
  readonly hide: readonly string[];
  /** Whether only what the step changed is shown. */
  readonly changed: boolean;
  readonly follow: string | undefined;
  readonly onFollow: (name: string) => void;
  readonly onChooseState: (run: number, index: number) => void;
}

export function StepDetail(props: StepDetailProps) {
  const { pageModel, index } = props;
  const { trace } = pageModel;
  const { name, notTaken } = pageModel.steps[index]!;
  const { cell } = trace.states[index]!["#meta"];
  const { section, sentence } = sectionOf(trace.states[index]!["#meta"]);
  const last = lengthOf(trace);
  return (
    <section class="detail" aria-label={`state ${index}`}>
      <h2>
        {index === 0 ? "Initial state" : `Step ${index}`} <span class="name">{index === 0 ? "" : name}</span>
      </h2>
      {sentence !== "" && (
        <p class="says">
          {section !== undefined && <b class="section">§ {section}</b>} {sentence}
        </p>
      )}
      {cell !== undefined && <p class="cell">receive table: {cell}</p>}
      {notTaken !== undefined && <p class="wrong">✗ {notTaken}</p>}
      {index === last && notTaken === undefined && trace["#meta"].explanation !== "" && (
        <p class="wrong">✗ {trace["#meta"].explanation}</p>
      )}
      {index === last && isDeadlock(trace) && <Waiting trace={trace} />}
      <Messages {...props} />
      <HeldBack {...props} />
      <Expressions {...props} />
      <Table {...props} />
    </section>
  );
}

/** Shows what a deadlock waits for: the steps that cannot be taken, each with the read that closes its guard. */
function Waiting({ trace }: { readonly trace: Trace }) {
  const waits = waitedFor(trace);
  const flying = inFlightAtEnd(trace);
  return (
    <>
      {flying.length === 0 && <p>No message is in flight.</p>}
      {waits.length > 0 && (
        <table class="waiting">
          <caption>what cannot happen, and the read that closes its guard</caption>
          <tbody>
            {waits.map(({ name, reason }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Messages(props: StepDetailProps) {
  const { pageModel, index } = props;
  const { exchanges } = pageModel.history;
  const groups: [string, MessageExchange[]][] = [
    ["received", exchanges.filter((exchange) => exchange.receivedAt === index && !exchange.unspecified)],
    ["cannot be received", exchanges.filter((exchange) => exchange.receivedAt === index && exchange.unspecified)],
    ["sent", index === 0 ? [] : exchanges.filter((exchange) => exchange.sentAt === index)],
    ["in flight", inFlightAt(pageModel, index).filter((exchange) => exchange.sentAt !== index || index === 0)],
  ];
  return (
    <div class="messages">
      {groups
        .filter(([, exchanges]) => exchanges.length > 0)
        .map(([title, exchanges]) => (
          <div key={title} class="group">
            <h3>{title}</h3>
            <ul>
              {exchanges.map((exchange) => (
                <Message key={nameOfExchange(pageModel, exchange, props.run)} exchange={exchange} {...props} />
              ))}
            </ul>
          </div>
        ))}
    </div>
  );
}

function Message({
  exchange,
  pageModel,
  run,
  index,
  follow,
  onFollow,
  onChooseState,
}: StepDetailProps & { readonly exchange: MessageExchange }) {
  const name = nameOfExchange(pageModel, exchange, run);
  const overtakings = pageModel.overtakings.filter(({ fast, slow }) => fast === exchange || slow === exchange);
  const jump = (to: number, text: string) => (
    <button type="button" class="link" onClick={() => onChooseState(run, to)}>
      {text} {to}
    </button>
  );
  const way = exchange.from === exchange.to ? "" : ` ${exchange.from}→${exchange.to}`;
  return (
    <li>
      <button
        type="button"
        class="exchange"
        aria-pressed={follow === name}
        data-exchange={name}
        onClick={() => onFollow(name)}
      >
        {labelOf(exchange)}
        {way}
      </button>
      {exchange.sentAt !== index && exchange.sentAt > 0 && jump(exchange.sentAt, "sent at")}
      {exchange.receivedAt !== undefined && exchange.receivedAt !== index && jump(exchange.receivedAt, "received at")}
      {exchange.receivedAt === undefined && !isWalk(pageModel.trace) && <span class="dim"> not received</span>}
      {overtakings.map((overtaking) => (
        <p key={overtakingInWords(overtaking)} class="overtaking">
          ⤨ {overtakingInWords(overtaking)}
        </p>
      ))}
    </li>
  );
}

function HeldBack({ pageModel, index }: StepDetailProps) {
  const held = heldBackAt(pageModel.trace, index);
  if (held.length === 0) return null;
  return (
    <div class="messages">
      <div class="group">
        <h3>held back</h3>
        <ul>
          {held.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Shows the values of the expressions that the user wants to see, each with the one before the step. */
function Expressions({ pageModel, index }: StepDetailProps) {
  const { shown = [] } = pageModel.trace["#meta"];
  if (shown.length === 0) return null;
  return (
    <table class="state">
      <caption>expressions</caption>
      <tbody>
        {shown.map(({ expression, values }) => (
          <tr key={expression}>
            <th scope="row">{expression}</th>
            <Value cell={{ before: values[index - 1], after: values[index]! }} causal={false} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Table({ pageModel, index, hide, changed, follow, onFollow }: StepDetailProps) {
  const { processes, fields, others } = stateRowsOf(pageModel.trace, index);
  const shown = processes.filter((name) => !hide.includes(name));
  const isWanted = (cells: readonly ValuePair[]) => !changed || cells.some(isChanged);
  const cellsOf = (cells: ReadonlyMap<string, ValuePair>) => shown.flatMap((name) => cells.get(name) ?? []);
  const rows = fields.filter((row) => !pageModel.empty.has(rowName(row)) && isWanted(cellsOf(row.cells)));
  const empty = fields.filter((row) => pageModel.empty.has(rowName(row))).map(({ field }) => field);
  const rest = others.filter((cell) => isWanted([cell]));
  const isCausal = causalCells(pageModel.trace, index);
  const several = new Set(fields.map(({ variable }) => variable)).size > 1;
  if (rows.length + rest.length === 0)
    return <p class="dim">{changed ? "the step changes no variable but channels" : ""}</p>;
  return (
    <>
      {rows.length > 0 && (
        <table class="state">
          <caption>the state after it, with what it changed</caption>
          <thead>
            <tr>
              <th scope="col">field</th>
              {shown.map((name) => (
                <th key={name} scope="col">
                  <button type="button" class="link" aria-pressed={follow === name} onClick={() => onFollow(name)}>
                    {name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ variable, field, cells }) => (
              <tr key={`${variable} ${field}`}>
                <th scope="row">{several && field !== variable ? `${variable} ${field}` : field}</th>
                {shown.map((name) => (
                  <Value key={name} cell={cells.get(name)} causal={isCausal({ variable, field, name })} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {empty.length > 0 && !changed && <p class="dim empty">empty in every state of this run: {empty.join(", ")}</p>}
      {rest.length > 0 && (
        <table class="state">
          <caption>what is no process's own</caption>
          <tbody>
            {rest.map((cell) => (
              <tr key={cell.name}>
                <th scope="row">{cell.name}</th>
                <Value cell={cell} causal={false} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Value({ cell, causal }: { readonly cell: ValuePair | undefined; readonly causal: boolean }) {
  if (cell === undefined) return <td />;
  const { before, after } = cell;
  const changes = isChanged(cell);
  return (
    <td
      class={`${changes ? "changes" : isEmpty(after) ? "dim" : ""}${causal ? " causal" : ""}`}
      title={causal ? "the verdict hung on it" : undefined}
    >
      {differenceOf(before, after).map(({ text, is }, i) =>
        is === "kept" ? (
          text
        ) : is === "between" ? (
          <span key={i} class="between">
            {text}
          </span>
        ) : is === "removed" ? (
          <del key={i}>{text}</del>
        ) : (
          <ins key={i}>{text}</ins>
        ),
      )}
    </td>
  );
}
