/** The numbers that matter on air. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Watched } from "../room/watched";
import { RoomElement } from "../room/element";
import { count, money } from "../room/format";
import type { SalesFigures } from "../room/protocol";
import { say } from "./words";
import type { HostWatch } from "./watch";

export class StudioNumbers extends RoomElement {
  /** None where the law keeps orders and money with the till: the host finds them in the shop's desk. */
  declare sales: HostWatch<SalesFigures> | null;

  protected override watched(): Watched[] {
    return [...super.watched(), ...(this.sales ? [this.sales] : [])];
  }

  protected override render(): TemplateResult {
    const { viewers, sold, hearts } = this.store.state;
    const sales = this.sales?.current;
    return html`<dl class="figures" ?data-sales=${Boolean(sales)}>
      ${figure(say("figure_viewers"), count(viewers))} ${figure(say("figure_sold"), count(sales ? sales.sold_units : sold.units))}
      ${figure(say("figure_hearts"), count(hearts))} ${sales ? salesFigures(sales) : nothing}
    </dl>`;
  }
}

function salesFigures(sales: SalesFigures): TemplateResult {
  return html`${figure(say("figure_held"), count(sales.held_units))} ${figure(say("figure_orders"), count(sales.orders))}
  ${figure(say("figure_revenue"), money(sales.goods_minor))}`;
}

function figure(name: string, value: string): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
