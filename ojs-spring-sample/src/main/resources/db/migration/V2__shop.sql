CREATE TABLE article (
    sku        text    NOT NULL PRIMARY KEY,
    name       text    NOT NULL,
    cents      integer NOT NULL,
    stock      integer NOT NULL CHECK (stock >= 0),
    full_stock integer NOT NULL
);

INSERT INTO article (sku, name, cents, stock, full_stock)
VALUES ('mug', 'Enamel mug', 1400, 500, 500),
       ('poster', 'Poster', 2400, 50, 50),
       ('teapot', 'Teapot', 5900, 3, 3);

CREATE SEQUENCE order_number;

CREATE TABLE customer_order (
    number    bigint      NOT NULL PRIMARY KEY,
    article   text        NOT NULL REFERENCES article,
    quantity  integer     NOT NULL CHECK (quantity > 0),
    cents     integer     NOT NULL,
    email     text        NOT NULL,
    express   boolean     NOT NULL,
    status    text        NOT NULL,
    workflow  uuid        NOT NULL,
    resumed   uuid,
    placed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE parcel (
    number       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_number bigint      NOT NULL UNIQUE REFERENCES customer_order,
    shipped_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sales_report (
    number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    orders     integer     NOT NULL,
    cents      bigint      NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sale (
    order_number bigint  NOT NULL PRIMARY KEY REFERENCES customer_order,
    cents        integer NOT NULL,
    report       bigint  REFERENCES sales_report
);
