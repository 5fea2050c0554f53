"""The card that members carry: drawn, shown on a page of their own, put into wallets; enrolment on the web."""
