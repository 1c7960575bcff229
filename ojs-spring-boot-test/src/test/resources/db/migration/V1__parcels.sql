CREATE TABLE parcel (
    address text NOT NULL PRIMARY KEY
);
