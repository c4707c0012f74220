//! The table `events`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub room: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub kind: i32,
    pub author: Option<i64>,
    pub cid: Option<String>,
    pub body: Option<String>,
    pub reply_to: Option<i64>,
    pub detail: Option<String>,
    pub ts: i64,
    pub target: Option<i64>,
    pub edited_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// No key of the database: events outlive their authors.
    #[sea_orm(
        belongs_to = "super::person::Entity",
        from = "Column::Author",
        to = "super::person::Column::Id"
    )]
    Author,
    /// The message that an edit, deletion or reaction is about.
    #[sea_orm(
        belongs_to = "Entity",
        from = "(Column::Room, Column::Target)",
        to = "(Column::Room, Column::Seq)"
    )]
    Target,
}

impl ActiveModelBehavior for ActiveModel {}
